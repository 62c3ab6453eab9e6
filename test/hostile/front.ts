import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTcpServer, type Socket } from 'node:net';
import { type StandInOptions, startStandIn } from '../../src/stand-in/server.js';
import { later, listening } from './ground.js';

/** Speaks TCP itself, from the first byte. */
export function tcp(talk: (socket: Socket) => void): Promise<string> {
  return listening(createTcpServer(talk));
}

/** Waits for a whole request head, then writes bytes that nobody checks. `end` closes after them. */
export function bytes(text: string | Buffer, end: 'end' | 'stay' | 'reset' = 'end'): Promise<string> {
  return tcp((socket) => {
    socket.once('data', () => {
      socket.write(text, () => {
        if (end === 'end') socket.end();
        if (end === 'reset') socket.resetAndDestroy();
      });
    });
  });
}

/** Writes a piece over and over, each as soon as the one before it is taken. */
export function pour(
  to: NodeJS.WritableStream,
  piece: string | Buffer,
  bytes: number = Number.POSITIVE_INFINITY,
): void {
  if (bytes <= 0) to.end();
  else
    to.write(piece, (error) => {
      if (!error) pour(to, piece, bytes - Buffer.byteLength(piece));
    });
}

export function http(listener: RequestListener): Promise<string> {
  return listening(createServer(listener));
}

/** An answer of the stand-in, on its way through a front that may spoil it. */
export interface Said {
  readonly path: string;
  readonly status: number;
  readonly type: string;
  readonly body: string;
  /** The request's JSON body; null for none. */
  readonly asked: { readonly tools?: unknown; readonly stream?: unknown } | null;
  /** How many requests came before this one. */
  readonly before: number;
}

/** Answers in the stand-in's place; `false`: let it speak. */
export type Spoil = (said: Said, response: ServerResponse, request: IncomingMessage) => unknown;

/** A stand-in behind a front: a whole LMDeploy, but for what `spoil` does to its answers. */
export async function front(spoil: Spoil, options: StandInOptions = {}): Promise<string> {
  return http(await relay(spoil, options));
}

/** The front itself, for a server of any kind. */
export async function relay(spoil: Spoil, options: StandInOptions = {}): Promise<RequestListener> {
  const behind = await startStandIn({ models: ['tiny'], ...options });
  later(() => behind.close());
  const root = behind.baseUrl.replace(/\/v1$/, '');
  let count = 0;
  return async (request, response) => {
    const before = count;
    count += 1;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const sent = Buffer.concat(chunks);
    const { authorization, 'content-type': contentType } = request.headers;
    const answer = await fetch(root + request.url, {
      method: request.method ?? 'GET',
      redirect: 'manual',
      headers: {
        ...(authorization && { authorization }),
        ...(contentType && { 'content-type': contentType }),
      },
      ...(sent.length > 0 && { body: sent }),
    });
    const { status } = answer;
    const type = answer.headers.get('content-type') ?? '';
    const body = await answer.text();
    const asked = sent.length > 0 ? JSON.parse(sent.toString('utf8')) : null;
    const said = { path: request.url ?? '', status, type, body, asked, before };
    if (spoil(said, response, request) === false)
      response.writeHead(status, { 'content-type': type }).end(body);
  };
}

/** A front that spoils `GET /v1/models` alone. */
export function models(
  answer: (response: ServerResponse, list: string) => unknown,
  options?: StandInOptions,
): Promise<string> {
  return front(({ path, body }, response) => path === '/v1/models' && answer(response, body), options);
}

/** A front whose model list is this text. */
export function list(text: string | Buffer): Promise<string> {
  return models((response) => response.setHeader('content-type', 'application/json').end(text));
}

/** A front whose model list holds these names. */
export function named(...ids: unknown[]): Promise<string> {
  return list(JSON.stringify({ data: ids.map((id) => ({ id, object: 'model', owned_by: 'lmdeploy' })) }));
}

/** A front that spoils every streamed turn. */
export function streams(
  answer: (response: ServerResponse, sse: string) => unknown,
  options?: StandInOptions,
): Promise<string> {
  return front(
    ({ path, type, body }, response) =>
      path === '/v1/responses' && type.startsWith('text/event-stream') && answer(response, body),
    options,
  );
}

/** A front that sends each stream as these bytes, in these pieces. */
export function sse(spoil: (text: string) => string | Buffer | readonly Buffer[]): Promise<string> {
  return streams(async (response, text) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const spoilt = spoil(text);
    const pieces = typeof spoilt === 'string' || Buffer.isBuffer(spoilt) ? [spoilt] : spoilt;
    for (const piece of pieces) {
      // A turn of the event loop between two pieces, so that each goes out on its own.
      await new Promise((resolve) => response.write(piece, () => setImmediate(resolve)));
    }
    response.end();
  });
}

// biome-ignore lint/suspicious/noExplicitAny: the point of these tests is what no type describes
export type Event = any;

/** A front that sends other events in the place of each one. */
export function events(spoil: (all: Event[]) => readonly unknown[]): Promise<string> {
  return sse((text) =>
    spoil(
      text
        .split('\n\n')
        .filter(Boolean)
        .map((block) => JSON.parse(block.slice(block.indexOf('data: ') + 6))),
    )
      .map((event) => `data: ${typeof event === 'string' ? event : JSON.stringify(event)}\n\n`)
      .join(''),
  );
}

/** The events with their response object changed. */
export function inResponse(all: Event[], changes: object): Event[] {
  return all.map((event) =>
    event.response ? { ...event, response: { ...event.response, ...changes } } : event,
  );
}
