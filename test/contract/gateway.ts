import { createServer, type RequestListener, request } from 'node:http';
import { createServer as createSecureServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface GatewayOptions {
  /** What it serves the server's `/` under: `/llm`. */
  readonly prefix?: string;
  readonly tls?: ServerOptions;
}

/**
 * A gateway before a server: it takes a prefix off and TLS away, and passes all else on as it comes. Gone with the test.
 *
 * @param baseUrl the server's `/v1` root
 * @returns its `/v1` root through the gateway
 */
export async function gateway(baseUrl: string, { prefix = '', tls }: GatewayOptions): Promise<string> {
  const { hostname, port } = new URL(baseUrl);
  const pass: RequestListener = (asked, answer) => {
    const { url = '/', method, headers } = asked;
    if (!url.startsWith(`${prefix}/`)) {
      answer.writeHead(404).end();
      return;
    }
    const on = request(
      { hostname, port, method, headers, path: url.slice(prefix.length), agent: false },
      (reply) => {
        answer.writeHead(reply.statusCode ?? 502, reply.headers);
        reply.pipe(answer);
      },
    );
    on.on('error', () => answer.destroy());
    // Who hangs up on the gateway hangs up on the server.
    answer.on('close', () => on.destroy());
    asked.pipe(on);
  };
  const server = tls ? createSecureServer(tls, pass) : createServer(pass);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const scheme = tls ? 'https' : 'http';
  return `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}${prefix}/v1`;
}
