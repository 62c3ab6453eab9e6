import type { IncomingMessage, ServerResponse } from 'node:http';
import { generate } from './generate.js';
import { keyRefusal } from './keys.js';
import { modelList } from './models.js';
import { crash, Refusal, refuse } from './refusal.js';
import { BEHAVIOUR, type Behaviour } from './release.js';
import { readRequest, type Served } from './request.js';
import { newId } from './response.js';
import { greet } from './script.js';
import type { StandInOptions } from './server.js';
import { turnEvents, wholeResponse } from './stream.js';

const ROUTES: Readonly<Record<string, 'GET' | 'POST'>> = {
  '/v1/models': 'GET',
  '/health': 'GET',
  '/is_sleeping': 'GET',
  '/v1/responses': 'POST',
};

/** Answers a request whose body was read: every path that LMDeploy serves and a client of Codex's side asks for. */
export function route(
  request: IncomingMessage,
  response: ServerResponse,
  body: string,
  options: StandInOptions,
): void {
  try {
    answer(request, response, body, options);
  } catch (error) {
    const { status, body: words } = error instanceof Refusal ? error : crash();
    send(response, status, words);
  }
}

function answer(
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
