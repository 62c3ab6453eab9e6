import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer, type ServerOptions } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { onTestFinished } from 'vitest';

/** The shortest turn that Codex and this program both take for one. */
const TURN = ['response.created', 'response.completed']
  .map((type) => {
    const response = {
      id: 'resp_1',
      status: 'completed',
      output: [],
      usage: { input_tokens: 1, output_tokens: 1, total_tokens: 2 },
    };
    return `event: ${type}\ndata: ${JSON.stringify({ type, response })}\n\n`;
  })
  .join('');

export interface Listener {
  readonly port: number;
  /** What came, a line each: method, target, `key` where one came along, credentials for a proxy. */
  readonly heard: string[];
}

export interface ListenerOptions {
  readonly host?: string;
  readonly tls?: ServerOptions;
  /** Answers by itself where it returns true; else it is a turn. */
  readonly answer?: (request: IncomingMessage, response: ServerResponse) => boolean;
}

/** A server, and as well a proxy: it answers what is sent to it whoever was meant, and tunnels to this machine alone. */
export async function listener({ host = '127.0.0.1', tls, answer }: ListenerOptions = {}): Promise<Listener> {
  const heard: string[] = [];
  const note = (request: IncomingMessage) => {
    const { authorization, 'proxy-authorization': credentials } = request.headers;
    const key = authorization === undefined ? [] : ['key'];
    heard.push([request.method, request.url, ...key, ...(credentials ? [credentials] : [])].join(' '));
  };
  const handle = (request: IncomingMessage, response: ServerResponse) => {
    note(request);
    request.resume().on('end', () => {
      if (answer?.(request, response)) return;
      if (request.method === 'POST')
        response.writeHead(200, { 'content-type': 'text/event-stream' }).end(TURN);
      else response.writeHead(404).end();
    });
  };
  const server = tls ? createSecureServer(tls, handle) : createServer(handle);
  server.on('connect', (request, client) => {
    note(request);
    const up = connect(Number(/\d+$/.exec(request.url ?? '')?.[0]), '127.0.0.1');
    client.on('error', () => up.destroy());
    up.on('error', () => client.destroy());
    up.on('connect', () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      client.pipe(up).pipe(client);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, heard };
}
