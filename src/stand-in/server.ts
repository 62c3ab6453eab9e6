import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { generate } from './generate.js';
import { keyRefusal } from './keys.js';
import { modelList } from './models.js';
import { crash, Refusal, refuse } from './refusal.js';
import { BEHAVIOUR, type Behaviour, type ReleaseName } from './release.js';
import { readRequest, type Served } from './request.js';
import { newId } from './response.js';
import { greet, type Script } from './script.js';
import { turnEvents, wholeResponse } from './stream.js';

const MAX_BODY_BYTES = 64 * 1024 * 1024;

/** How `lmdeploy serve api_server` was started, and what its model says. */
export interface StandInOptions {
  /** Which LMDeploy it is; 0.18 unless said. */
  readonly release?: ReleaseName;
  /** The served model, then LoRA adapters. */
  readonly models?: readonly string[];
  /** `--api-keys`; none: everybody may. */
  readonly apiKeys?: readonly string[];
  /** Whether a `--tool-call-parser` was given. */
  readonly toolCallParser?: boolean;
  /** `--session-len`, in tokens. */
  readonly contextLength?: number;
  readonly host?: string;
  /** 0: any that is free. */
  readonly port?: number;
  readonly script?: Script;
}

/** A request as it came, and the status of its answer. */
export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | null;
  /** The JSON body, or null. */
  readonly body: unknown;
  readonly status: number;
}

export interface StandIn {
  /** The `/v1` root. */
  readonly baseUrl: string;
  readonly port: number;
  /** Every request so far, in the order of their answers. */
  readonly requests: readonly RecordedRequest[];
  close(): Promise<void>;
}

/** Starts a server that answers as LMDeploy's api_server does, with a script in the model's place. */
export async function startStandIn(options: StandInOptions = {}): Promise<StandIn> {
  const { host = '127.0.0.1', port = 0 } = options;
  const requests: RecordedRequest[] = [];
  const server = createServer((request, response) => {
    answer(request, response, options).then(
      (body) => requests.push(record(request, response, body)),
      // The client went away, which is its right.
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
  const { port: bound } = server.address() as AddressInfo;
  return {
    baseUrl: `http://${host.includes(':') ? `[${host}]` : host}:${bound}/v1`,
    port: bound,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function record(request: IncomingMessage, response: ServerResponse, body: string): RecordedRequest {
  return {
    method: request.method ?? '',
    path: request.url ?? '',
    authorization: request.headers.authorization ?? null,
    body: parsed(body),
    status: response.statusCode,
  };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

/** Answers one request; gives back its body. */
async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: StandInOptions,
): Promise<string> {
  const body = await readBody(request);
  response.setHeader('server', 'uvicorn');
  try {
    route(request, response, body, options);
  } catch (error) {
    if (error instanceof Refusal) send(response, error.status, error.body);
    else send(response, 500, crash().body);
  }
  return body;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength;
    if (bytes > MAX_BODY_BYTES) throw new Error('the body is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function route(
  request: IncomingMessage,
  response: ServerResponse,
  body: string,
  options: StandInOptions,
): void {
  const {
    release = '0.18',
    apiKeys = [],
    models = ['Qwen/Qwen3.5-35B-A3B'],
    toolCallParser = true,
  } = options;
  const behaviour = BEHAVIOUR[release];
  const path = (request.url ?? '').split('?')[0] ?? '';
  const refusal = keyRefusal(path, request.headers.authorization, apiKeys, behaviour);
  if (refusal !== null) throw refusal;
  const method = ROUTES[path];
  if (method === undefined) {
    if (path !== '/v1/models/') throw new Refusal(404, { detail: 'Not Found' });
    response.writeHead(307, { location: `http://${request.headers.host}/v1/models` }).end();
    return;
  }
  if (request.method !== method) {
    response.setHeader('allow', method);
    throw new Refusal(405, { detail: 'Method Not Allowed' });
  }
  if (path === '/v1/models') send(response, 200, modelList(models));
  else if (path === '/health') send(response, 200, { status: 'healthy', message: 'Engine is healthy.' });
  else if (path === '/is_sleeping') send(response, 200, { is_sleeping: false });
  else respond(request, response, body, { models, toolCallParser, behaviour }, options);
}

const ROUTES: Readonly<Record<string, 'GET' | 'POST'>> = {
  '/v1/models': 'GET',
  '/health': 'GET',
  '/is_sleeping': 'GET',
  '/v1/responses': 'POST',
};

function respond(
  { headers }: IncomingMessage,
  response: ServerResponse,
  body: string,
  served: Served,
  { script = greet, contextLength = 131_072 }: StandInOptions,
): void {
  const { behaviour } = served;
  if (headers['content-type']?.split(';')[0]?.trim() !== 'application/json') throw wrongMediaType(behaviour);
  const request = readRequest(body, served);
  const generated = generate(request, script, contextLength, behaviour);
  const identity = { id: newId('resp_'), createdAt: Math.floor(Date.now() / 1000), behaviour };
  if (!request.stream) {
    if (generated.finish === 'error' && behaviour.engineError === 'error')
      throw refuse(500, 'An internal server error occurred.');
    if (behaviour.breaks) throw crash();
    send(response, 200, wholeResponse(identity, request, generated));
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
  for (const event of turnEvents(identity, request, generated)) {
    // Where usage can't be put together, the stream dies as soon as the model has spoken.
    if (behaviour.breaks && event.type.endsWith('.done')) {
      response.write('', () => response.destroy());
      return;
    }
    response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  }
  response.end();
}

function wrongMediaType({ invalidField }: Behaviour): Refusal {
  const message = "Unsupported Media Type: Only 'application/json' is allowed";
  return invalidField === 'error'
    ? refuse(400, message)
    : new Refusal(422, { detail: [message], body: null });
}

function send(response: ServerResponse, status: number, body: object | string): void {
  const isText = typeof body === 'string';
  response
    .writeHead(status, { 'content-type': isText ? 'text/plain; charset=utf-8' : 'application/json' })
    .end(isText ? body : JSON.stringify(body));
}
