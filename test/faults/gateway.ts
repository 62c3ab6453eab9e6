import { type IncomingMessage, type RequestListener, request, type ServerResponse } from 'node:http';

/** Passes every request on to a server, and its answer back as it comes, piece by piece. */
export function passOn(root: string): RequestListener {
  return (incoming, response) => {
    const { method, headers, url = '' } = incoming;
    const onward = request(new URL(url, root), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    incoming.pipe(onward);
  };
}

/** The same, but for what `answer` answers itself; it says so by anything but false. */
export function passOnUnless(
  answer: (path: string, response: ServerResponse, incoming: IncomingMessage) => unknown,
  root: string,
): RequestListener {
  const pass = passOn(root);
  return (incoming, response) => {
    if (answer(incoming.url ?? '', response, incoming) === false) pass(incoming, response);
  };
}
