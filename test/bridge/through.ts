import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { expect, onTestFinished } from 'vitest';
import { type Bridge, type BridgeOptions, startBridge } from '../../src/bridge/server.js';
import { context } from '../cli.js';
import { httpServer } from '../sockets.js';

/** A bridge that ends with the test, and what it logged. */
export async function bridgeTo(
  upstream: string,
  options: Partial<BridgeOptions> = {},
  env: Record<string, string> = {},
): Promise<{ bridge: Bridge; lines: string[] }> {
  const lines: string[] = [];
  const { context: its } = context({ home: '/nowhere', env });
  const log = (line: string) => void lines.push(line);
  const bridge = await startBridge(its, { upstream, model: null, port: 0, log, ...options });
  onTestFinished(() => bridge.close());
  return { bridge, lines };
}

/** A request as it stands on the wire, of which fetch would not let every header through. */
export function send(
  url: string,
  {
    method = 'GET',
    headers = {},
    body = '',
  }: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; body: string }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, { method, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
      );
    });
    request.on('error', reject).end(body);
  });
}

export interface Sent {
  readonly type: string;
  readonly delta?: string;
  readonly item?: Record<string, unknown>;
  readonly response?: { readonly error?: { readonly code: string; readonly message: string } } & Record<
    string,
    unknown
  >;
}

/** A streamed turn: its events, each of which has to be well-formed. */
export async function turn(
  { baseUrl }: Pick<Bridge, 'baseUrl'>,
  body: object = {},
  { headers = {}, signal = null }: { headers?: Record<string, string>; signal?: AbortSignal | null } = {},
): Promise<Sent[]> {
  const response = await fetch(`${baseUrl}/responses`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ model: 'tiny', stream: true, input: [USER('hi')], ...body }),
    signal,
  });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
  return eventsIn(await response.text());
}

export function eventsIn(text: string): Sent[] {
  expect(text).toMatch(/\n\n$/);
  return text
    .slice(0, -2)
    .split('\n\n')
    .map((block) => {
      const [event, data, ...more] = block.split('\n');
      expect(more).toEqual([]);
      const sent = JSON.parse((data ?? '').replace(/^data: /, '')) as Sent;
      expect(event).toBe(`event: ${sent.type}`);
      return sent;
    });
}

export const USER = (text: string) => ({
  type: 'message',
  role: 'user',
  content: [{ type: 'input_text', text }],
});

/** The wire form of an event. */
export const sse = (event: object & { type: string }) =>
  `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;

/** The shortest answer that is whole. */
export const WHOLE = [
  { type: 'response.created', response: { id: 'r', status: 'in_progress', output: [] } },
  {
    type: 'response.completed',
    response: {
      id: 'r',
      status: 'completed',
      output: [],
      usage: { input_tokens: 7, output_tokens: 3, total_tokens: 10 },
    },
  },
];

/** A server that answers turns by hand. */
export async function server(
  answer: (request: IncomingMessage, response: ServerResponse) => unknown,
  root = '/v1',
) {
  return `${await httpServer((request, response) => {
    request.resume();
    request.once('end', () => answer(request, response));
  })}${root}`;
}

export const stream = (response: ServerResponse) =>
  response.writeHead(200, { 'content-type': 'text/event-stream' });
/** Something that happens once, and can be waited for. */
export function signal(): { came: Promise<void>; give: () => void } {
  let give = () => {};
  const came = new Promise<void>((resolve) => {
    give = resolve;
  });
  return { came, give };
}

export const tick = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
