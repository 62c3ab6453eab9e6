import { createHash } from 'node:crypto';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { onTestFinished } from 'vitest';

export interface FrontOptions {
  /** Whether a session stays on one server; else they take turns. */
  readonly sticky?: boolean;
  /** Whether an answer goes on only when it is whole. */
  readonly buffers?: boolean;
  /** Whether it knows nothing below another path than `/v1`. */
  readonly onlyV1?: boolean;
  /** The milliseconds before each event. */
  readonly pace?: number;
}

/** A front before several servers, which somebody wrote by hand. Gone with the test. Gives its `/v1` root. */
export async function front(
  servers: readonly string[],
  { sticky = true, buffers = false, onlyV1 = false, pace = 40 }: FrontOptions = {},
): Promise<string> {
  let turn = 0;
  const server = createServer((asked, answer) => {
    if (onlyV1 && !asked.url?.startsWith('/v1/')) {
      answer.writeHead(404).end();
      return;
    }
    const digest = createHash('sha256').update(String(asked.headers['session-id'])).digest();
    turn += 1;
    const chosen = servers[(sticky ? digest.readUInt16BE() : turn) % servers.length] ?? '';
    const { hostname, port } = new URL(chosen);
    const on = request(
      { hostname, port, method: asked.method, path: asked.url, headers: asked.headers, agent: false },
      async (reply) => {
        const isStream = reply.headers['content-type']?.startsWith('text/event-stream') ?? false;
        // Whether the pieces are framed, this connection decides: HTTP/1.0 has no frames.
        const { 'transfer-encoding': _, ...headers } = reply.headers;
        if (!buffers) answer.writeHead(reply.statusCode ?? 502, headers);
        const held: Buffer[] = [];
        for await (const chunk of reply) {
          for (const part of isStream ? String(chunk).split(/(?<=\n\n)/) : [chunk]) {
            // As slow as a model speaks.
            if (isStream) await setTimeout(pace);
            if (buffers) held.push(Buffer.from(part));
            else answer.write(part);
          }
        }
        if (buffers) answer.writeHead(reply.statusCode ?? 502, headers);
        answer.end(Buffer.concat(held));
      },
    );
    on.on('error', () => answer.destroy());
    answer.on('close', () => on.destroy());
    asked.pipe(on);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
}
