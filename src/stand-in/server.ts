import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readBody } from './body.js';
import type { ReleaseName } from './release.js';
import { type Engine, route } from './routes.js';
import type { Script } from './script.js';

/** How `lmdeploy serve api_server` was started, and what its model says. */
export interface StandInOptions {
  /** Which LMDeploy it is; 0.18 unless said. */
  readonly release?: ReleaseName;
  /** The served model, then LoRA adapters. */
  readonly models?: readonly string[];
  /** `--api-keys`; none: everybody may. */
  readonly apiKeys?: readonly string[];
  /** The `--tool-call-parser`; true stands for qwen3, false for none. What a parser reads is not checked. */
  readonly toolCallParser?: boolean | string;
  /** Whether `--reasoning-parser default` was given. */
  readonly reasoningParser?: boolean;
  /** Whether it begins asleep; `POST /sleep` and `POST /wakeup` change that. */
  readonly asleep?: boolean;
  /** `--session-len`, in tokens. */
  readonly contextLength?: number;
  readonly host?: string;
  /** 0: any that is free. */
  readonly port?: number;
  readonly script?: Script;
}

/** A request as it came, and the status of its answer. */
interface RecordedRequest {
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
  const startedAt = (performance.timeOrigin + performance.now()) / 1000;
  const engine: Engine = { startedAt, asleep: options.asleep ?? false };
  const server = createServer((request, response) => {
    answer(request, response, options, engine).then(
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
  engine: Engine,
): Promise<string> {
  const body = await readBody(request);
  response.setHeader('server', 'uvicorn');
  route(request, response, body, options, engine);
  return body ?? '';
}
