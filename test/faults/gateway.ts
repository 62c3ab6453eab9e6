import { type RequestListener, request, type ServerResponse } from 'node:http';

/** Answers in the server's place, by the path and the body of a request; `false`: let it through. */
export type Answer = (path: string, response: ServerResponse, body: string) => unknown;

/** Passes what `answer` leaves to it on to a server, and the server's answer back piece by piece as it comes. */
export function passOn(root: string, answer: Answer = () => false): RequestListener {
  return async (incoming, response) => {
    const { method, headers, url = '' } = incoming;
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    if (answer(url, response, body.toString('utf8')) !== false) return;
    const onward = request(new URL(url, root), { method, headers }, (reply) => {
      response.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(response);
    });
    onward.on('error', () => response.destroy()).end(body);
  };
}
