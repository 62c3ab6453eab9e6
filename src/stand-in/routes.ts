import type { IncomingMessage, ServerResponse } from 'node:http';
import { generate } from './generate.js';
import { newId } from './id.js';
import { keyRefusal } from './keys.js';
import { modelList } from './models.js';
import { crash, Refusal, refuse, refuseFlat } from './refusal.js';
import { BEHAVIOUR, type Behaviour } from './release.js';
import { readRequest, type Served } from './request.js';
import { greet } from './script.js';
import type { StandInOptions } from './server.js';
import { turnEvents, wholeResponse } from './stream.js';

const ROUTES: Readonly<Record<string, 'GET' | 'POST'>> = {
  '/v1/models': 'GET',
  '/health': 'GET',
  '/is_sleeping': 'GET',
  '/metrics': 'GET',
  '/v1/responses': 'POST',
  '/sleep': 'POST',
  '/wakeup': 'POST',
};

/** The parsers that stream `{}` for a call without arguments in every release: what they read is no JSON. */
const OF_XML = /^(qwen3coder|interns2-preview|glm47|kimi[_-]k2)$/;

/** What of a server changes while it runs. */
export interface Engine {
  /** When it was started, in seconds since 1970. */
  readonly startedAt: number;
  asleep: boolean;
}

/**
 * Answers a request whose body was read (null: it was too large): every path that LMDeploy serves and a client of
 * Codex's side asks for.
 */
export function route(
  request: IncomingMessage,
  response: ServerResponse,
  body: string | null,
  options: StandInOptions,
  engine: Engine,
): void {
  try {
    if (body === null) throw new Refusal(413, { detail: 'Request Entity Too Large' });
    answer(request, response, body, options, engine);
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
  engine: Engine,
): void {
  const {
    release = '0.18',
    apiKeys = [],
    models = ['Qwen/Qwen3.5-35B-A3B'],
    toolCallParser = true,
  } = options;
  const behaviour = BEHAVIOUR[release];
  const [path = '', query = ''] = (request.url ?? '').split(/(?=\?)/, 2);
  const refusal = keyRefusal(path, request.headers.authorization, apiKeys, behaviour);
  if (refusal !== null) throw refusal;
  const method = ROUTES[path];
  if (method === undefined) {
    const bare = path.replace(/\/+$/, '');
    if (ROUTES[bare] === undefined) throw new Refusal(404, { detail: 'Not Found' });
    const location = `http://${request.headers.host}${bare}${query}`;
    response.writeHead(307, { location, 'content-length': 0 }).end();
    return;
  }
  if (request.method !== method) {
    response.setHeader('allow', method);
    throw new Refusal(405, { detail: 'Method Not Allowed' });
  }
  if (path === '/v1/models') send(response, 200, modelList(models));
  else if (path === '/health') send(response, 200, { status: 'healthy', message: 'Engine is healthy.' });
  else if (path === '/metrics') send(response, 200, `process_start_time_seconds ${engine.startedAt}\n`);
  else if (path === '/is_sleeping') send(response, 200, { is_sleeping: engine.asleep });
  else if (path === '/v1/responses' && engine.asleep) throw sleeping(behaviour);
  else if (!isJson(request)) throw wrongMediaType(path, behaviour);
  else if (path !== '/v1/responses') {
    engine.asleep = path === '/sleep';
    response.writeHead(200).end();
  } else respond(response, body, { models, toolCallParser: toolCallParser !== false, behaviour }, options);
}

function respond(
  response: ServerResponse,
  body: string,
  served: Served,
  { script = greet, contextLength = 131_072, reasoningParser = false, toolCallParser }: StandInOptions,
): void {
  const { behaviour } = served;
  const request = readRequest(body, served);
  const emptyArguments = OF_XML.test(String(toolCallParser)) ? '{}' : behaviour.emptyArguments;
  const generated = generate(request, script, { contextLength, reasoningParser, emptyArguments }, behaviour);
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

function isJson({ headers }: IncomingMessage): boolean {
  // LMDeploy cuts at the semicolon and does not trim.
  return (headers['content-type'] ?? '').toLowerCase().split(';')[0] === 'application/json';
}

function wrongMediaType(path: string, { invalidField }: Behaviour): Refusal {
  const message = "Unsupported Media Type: Only 'application/json' is allowed";
  if (invalidField === 'detail') return new Refusal(422, { detail: [message], body: null });
  return path === '/v1/responses' ? refuse(400, message) : refuseFlat(400, message);
}

/** Said before a request is looked at; 0.14 and 0.15 say it in the shape of their 401. */
function sleeping({ unauthorized }: Behaviour): Refusal {
  const message = 'Engine is sleeping; call POST /wakeup before inference (e.g. tags=weights&tags=kv_cache).';
  return unauthorized === 'plain' ? new Refusal(503, { error: message }) : refuse(503, message);
}

function send(response: ServerResponse, status: number, body: object | string): void {
  const isText = typeof body === 'string';
  const text = isText ? body : JSON.stringify(body);
  response
    .writeHead(status, {
      'content-length': Buffer.byteLength(text),
      'content-type': isText ? 'text/plain; charset=utf-8' : 'application/json',
    })
    .end(text);
}
