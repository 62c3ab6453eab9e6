import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const MAX_BODY_BYTES = 8 * 1024 * 1024;

/** The shortest stream with which a turn of Codex ends well (0.134.0 to 0.169.0). */
const EMPTY_TURN = [
  { type: 'response.created', response: { id: 'resp_recorded' } },
  {
    type: 'response.completed',
    response: { id: 'resp_recorded', usage: { input_tokens: 0, output_tokens: 0, total_tokens: 0 } },
  },
]
  .map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
  .join('');

interface RecordedRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export interface RecordingServer {
  readonly origin: string;
  /** The first turn that came, or null. */
  recorded(): RecordedRequest | null;
  close(): void;
}

/**
 * Listens on a free loopback port, keeps the first POST to `…/responses` and answers it with a turn without words.
 * It lets nothing through: as an https proxy it refuses every CONNECT, since nobody listens for one.
 */
export async function startRecordingServer(): Promise<RecordingServer> {
  let first: RecordedRequest | null = null;
  const server = createServer((request, response) => {
    answer(request, response).then(
      (recorded) => {
        first ??= recorded;
      },
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    recorded: () => first,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<RecordedRequest | null> {
  if (request.method !== 'POST' || !request.url?.endsWith('/responses')) {
    response.writeHead(404).end();
    return null;
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength;
    if (bytes > MAX_BODY_BYTES) throw new Error('larger than any turn of Codex');
    chunks.push(chunk);
  }
  const body: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
  const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)]);
  response.writeHead(200, { 'content-type': 'text/event-stream' }).end(EMPTY_TURN);
  return { headers: Object.fromEntries(headers), body };
}
