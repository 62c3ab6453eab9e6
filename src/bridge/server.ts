import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Context } from '../context.js';
import { CliError } from '../errors.js';
import { network } from '../lmdeploy/network.js';
import { VERSION } from '../version.js';
import { decoded, readBody } from './body.js';
import { refusalOf } from './guard.js';
import { passThrough } from './pass-through.js';
import type { Passage } from './passage.js';
import { isOwnAddress, USUAL_HOST } from './place.js';
import { Refused } from './refused.js';
import type { JsonObject } from './translate/turn.js';
import type { TurnRecord } from './turn.js';
import { relayTurn } from './turn-relay.js';

/** Codex keeps connections for 90 s, its HTTP library's default: one that is closed under a request costs it a retry. */
const IDLE_MS = 120_000;
/** Codex 0.169.0 tells of the work tree in a header. What is too much is for the server to say, not for Node at 16 kB. */
const MAX_HEADER_BYTES = 64 * 1024;
/** Well below the shortest `stream_idle_timeout_ms` that anybody would set. */
const SILENCE_MS = 15_000;

export interface BridgeOptions {
  /** The `/v1` root of the server behind it. */
  readonly upstream: string;
  /** The served model that a launch line in an error names where the request names none; null: not known. */
  readonly model: string | null;
  /** The variable that Codex has the key in, for the words about one that is wrong; null: not known. */
  readonly keyVariable?: string | null;
  /** `127.0.0.1` unless said; another one than loopback is the caller's to have thought about. */
  readonly host?: string;
  /** 0: one that is free. */
  readonly port: number;
  /** After how many milliseconds of silence Codex gets a sign of life; 15,000 unless said. */
  readonly silenceMs?: number;
  /** Hears of each turn in one line, without content; and once of each thing that is left out of turns. */
  readonly log?: (line: string) => void;
}

/** A bridge that listens. */
export interface Bridge {
  /** Its own `/v1` root. */
  readonly baseUrl: string;
  readonly port: number;
  /** Ends what is under way, upstream too. */
  close(): Promise<void>;
}

/** What `GET /healthz` of a bridge says. */
interface BridgeHealth {
  readonly bridge: 'codex-lmdeploy';
  readonly version: string;
  readonly upstream: string;
  readonly turns: number;
}

/**
 * Starts the pass-through that carries Codex's turns to LMDeploy in the form that LMDeploy takes.
 *
 * @param context whose environment says how the upstream is reached (proxies, certificates)
 * @throws CliError `usage` for an upstream that is the bridge itself, `port-taken` where the port is in use
 */
export async function startBridge({ env, platform }: Context, options: BridgeOptions): Promise<Bridge> {
  const {
    upstream,
    model,
    keyVariable = null,
    host = USUAL_HOST,
    port,
    silenceMs = SILENCE_MS,
    log = () => undefined,
  } = options;
  refuseItself(upstream, port);
  const said = new Set<string>();
  const passage: Passage = {
    upstream,
    model,
    keyVariable,
    network: network({ env, platform, requestTimeoutMs: 0 }),
    via: `1.1 codex-lmdeploy-${randomBytes(4).toString('hex')}`,
    silenceMs,
    hasAnswered: false,
    sayOnce(line) {
      if (!said.has(line)) log(line);
      said.add(line);
    },
  };
  let turns = 0;
  const health = (): BridgeHealth => ({ bridge: 'codex-lmdeploy', version: VERSION, upstream, turns });
  const limits = {
    requestTimeout: 60_000,
    headersTimeout: 20_000,
    keepAliveTimeout: IDLE_MS,
    maxHeaderSize: MAX_HEADER_BYTES,
  };
  const server = createServer(limits, (request, response) => {
    const ending = new AbortController();
    response.once('close', () => {
      // Most end well, and an error with its trace takes longer than it looks.
      if (!response.writableFinished) ending.abort();
    });
    const gate = { host, port: (server.address() as AddressInfo | null)?.port ?? port };
    handle(passage, request, response, { gate, health, signal: ending.signal }).then(
      (record) => {
        if (record === null) return;
        turns += 1;
        log(lineOf(record));
      },
      // Codex went away, which is its right.
      () => response.destroy(),
    );
  });
  await listen(server, host, port);
  // The first turn need not wait for it.
  passage.network.prepare().catch(() => undefined);
  const address = server.address() as AddressInfo;
  const shown = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return {
    baseUrl: `http://${shown}:${address.port}/v1`,
    port: address.port,
    async close() {
      server.close();
      server.closeAllConnections();
      await passage.network.destroy();
    },
  };
}

interface Handling {
  readonly gate: { readonly host: string; readonly port: number };
  readonly health: () => BridgeHealth;
  /** Aborted when the client is gone, or has got its answer. */
  readonly signal: AbortSignal;
}

/** @returns what there is to say of a turn; null for every other request */
async function handle(
  passage: Passage,
  request: IncomingMessage,
  response: ServerResponse,
  { gate, health, signal }: Handling,
): Promise<TurnRecord | null> {
  const refused = refusalOf(request.headers, gate);
  if (refused !== null) return refuse(response, 403, refused);
  if ((request.headers['via'] ?? '').includes(passage.via))
    return refuse(
      response,
      508,
      'This bridge’s upstream leads back to it; give it the address of lmdeploy serve api_server.',
    );
  const [path = ''] = (request.url ?? '').split('?');
  if (request.method === 'GET' && path === '/healthz') {
    sendJson(response, 200, health());
    return null;
  }
  try {
    const body = await readBody(request);
    const turn = request.method === 'POST' && /\/responses$/.test(path) ? await turnIn(request, body) : null;
    if (turn !== null) return await relayTurn(passage, request, response, turn, signal);
    await passThrough(passage, request, response, body, signal);
    return null;
  } catch (error) {
    if (error instanceof Refused) return refuse(response, error.status, error.message);
    throw error;
  }
}

/** The body of a turn; null for what the server itself is to refuse. */
async function turnIn(request: IncomingMessage, body: Buffer): Promise<JsonObject | null> {
  const encoding = request.headers['content-encoding'];
  const text = (encoding === undefined ? body : await decoded(body, encoding)).toString('utf8');
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as JsonObject)
      : null;
  } catch {
    return null;
  }
}

function refuse(response: ServerResponse, code: number, message: string): null {
  sendJson(response, code, { error: { message, type: 'invalid_request_error', param: null, code } });
  return null;
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function refuseItself(upstream: string, port: number): void {
  if (port === 0 || !isOwnAddress(upstream, port)) return;
  throw new CliError(
    'usage',
    `${upstream} is this bridge's own address.`,
    'Give it the address of lmdeploy serve api_server, or another port with --port.',
  );
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    if (code === 'EADDRINUSE')
      throw new CliError('port-taken', `Port ${port} of ${host} is in use.`, 'Give another one with --port.');
    throw new CliError(
      'port-taken',
      `The bridge can't listen on ${host}:${port} (${code}).`,
      'Give another one with --port, or --host.',
    );
  }
}

function lineOf({ status, reason, firstEventMs, tokensIn, tokensOut }: TurnRecord): string {
  const first = firstEventMs === null ? 'no event' : `first event after ${Math.round(firstEventMs)} ms`;
  const tokens = tokensIn === null ? '' : `, ${tokensIn} tokens in, ${tokensOut ?? 0} out`;
  return reason === null
    ? `turn ${status}: ${first}${tokens}`
    : `turn ${status}, ${first}${tokens}: ${reason}`;
}
