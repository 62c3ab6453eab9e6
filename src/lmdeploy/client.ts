import type { Dispatcher } from 'undici';
import type { Environment } from '../context.js';
import { timeLimit } from '../time-limit.js';
import { masking } from '../ui/mask-secret.js';
import { printable } from '../ui/printable.js';
import { codexHeaders } from './codex-headers.js';
import { readEvents, type TimedEvent } from './events.js';
import { TooLarge, troubleOf } from './failed-request.js';
import { type Network, network } from './network.js';
import { passwordsOf } from './proxy.js';
import type { Redirect } from './redirect.js';
import type { Trouble } from './trouble.js';
import { unfitness } from './unfit.js';

/** Room for ten thousand models as LMDeploy lists them. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;
const MAX_HEADER_CHARACTERS = 200;

/** A whole answer, whatever its status. */
export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  /** By their names in lower case, cleaned for the terminal; of one that came more than once, the last. */
  readonly headers: Readonly<Record<string, string>>;
}

/** What came of a request: an answer, or the trouble that kept it from coming. */
export type Reply = { readonly answer: Answer } | { readonly trouble: Trouble };

/** What came of a request for a stream; `events` are those that came before a trouble cut it. */
export type StreamReply = Reply | { readonly events: readonly TimedEvent[]; readonly cut: Trouble | null };

/** One line for each request, for `--verbose`: no keys, no bodies. */
export type RequestLog = (line: string) => void;

export interface ClientOptions {
  readonly baseUrl: string;
  readonly key: string | undefined;
  readonly env: Environment;
  /** Linux unless said; by it certificates are looked for where Codex looks. */
  readonly platform?: NodeJS.Platform;
  readonly signal: AbortSignal;
  /** Limit for a request that makes the server generate nothing. */
  readonly askTimeoutMs: number;
  /** Limit for a request that makes it generate. */
  readonly generateTimeoutMs: number;
  readonly log?: RequestLog;
}

interface Outgoing {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly withKey: boolean;
  readonly timeoutMs: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** Talks to one server. Nothing else in this program does. Never throws for what a server or a network does. */
export class Client {
  readonly baseUrl: string;
  readonly #options: ClientOptions;
  readonly #network: Network;
  readonly #codexHeaders = codexHeaders();
  /** A server may repeat the key in all that it says, and a proxy its password. */
  readonly #withoutKey: (text: string) => string;

  constructor(options: ClientOptions) {
    this.baseUrl = options.baseUrl;
    this.#options = options;
    const passwords = passwordsOf(new URL(options.baseUrl), options.env);
    this.#withoutKey = masking([options.key, ...passwords]);
    const { env, platform = 'linux', askTimeoutMs, generateTimeoutMs } = options;
    this.#network = network({ env, platform, requestTimeoutMs: Math.max(askTimeoutMs, generateTimeoutMs) });
  }

  /** Loads what sends, so that a request goes out as soon as it is made. */
  prepare(): Promise<void> {
    return this.#network.prepare();
  }

  /** Whether a key goes along with the requests. */
  get hasKey(): boolean {
    return this.#options.key !== undefined;
  }

  /** Every redirect on which a request was sent on until now. */
  get redirects(): readonly Redirect[] {
    const clean = (address: string) => this.#withoutKey(address);
    return this.#network.redirects.map((one) => ({ ...one, from: clean(one.from), to: clean(one.to) }));
  }

  /** GET below the `/v1` root. */
  get(path: string, options: { withKey: boolean } = { withKey: true }): Promise<Reply> {
    return this.#whole({ method: 'GET', url: this.baseUrl + path, ...this.#asking(options.withKey) });
  }

  /** GET beside the `/v1` root, where LMDeploy's `/health` and its proxy's `/nodes/status` are. */
  getBeside(
    path: string,
    { withKey = true, headers = {} }: { withKey?: boolean; headers?: Record<string, string> } = {},
  ): Promise<Reply> {
    const url = this.baseUrl.replace(/\/v1$/, '') + path;
    return this.#whole({ method: 'GET', url, headers, ...this.#asking(withKey) });
  }

  /** POST `/v1/responses` for one JSON object. */
  respond(body: unknown): Promise<Reply> {
    return this.#whole(this.#generating(body));
  }

  /** The same with a body that makes the server generate nothing. */
  respondAtOnce(body: unknown): Promise<Reply> {
    return this.#whole({ ...this.#generating(body), timeoutMs: this.#options.askTimeoutMs });
  }

  /**
   * POST `/v1/responses` for a stream. Reads until `isLast` says so, the server ends or the limit is reached.
   * An answer that is no event stream comes back whole.
   */
  async stream(body: unknown, isLast: (data: string) => boolean): Promise<StreamReply> {
    const events: TimedEvent[] = [];
    const reply = await this.#exchange<StreamReply>(
      this.#generating(body),
      'text/event-stream',
      async (response, started, outgoing) => {
        // Codex 0.169.0 does not look at the type; a server that names none may well stream.
        const type = contentTypeOf(response);
        if (response.statusCode !== 200 || !(type === '' || type.startsWith('text/event-stream')))
          return { answer: await this.#read(outgoing, response, started) };
        for await (const event of readEvents(response.body, () => performance.now() - started)) {
          const data = this.#withoutKey(event.data);
          events.push({ ...event, data });
          if (isLast(data)) break;
        }
        response.body.destroy();
        this.#log(outgoing, `${response.statusCode}, ${events.length} events`, started);
        return { events, cut: null };
      },
    );
    return 'trouble' in reply && events.length > 0 ? { events, cut: reply.trouble } : reply;
  }

  /** Closes every connection. */
  async close(): Promise<void> {
    await this.#network.destroy();
  }

  #asking(withKey: boolean) {
    return { withKey, timeoutMs: this.#options.askTimeoutMs };
  }

  #generating(body: unknown): Outgoing {
    const timeoutMs = this.#options.generateTimeoutMs;
    const url = `${this.baseUrl}/responses`;
    return { method: 'POST', url, withKey: true, timeoutMs, headers: this.#codexHeaders, body };
  }

  #whole(outgoing: Outgoing): Promise<Reply> {
    return this.#exchange<Reply>(outgoing, 'application/json', async (response, started) => ({
      answer: await this.#read(outgoing, response, started),
    }));
  }

  /** Sends a request and lets `read` make something of what comes, or says what kept it from that. */
  async #exchange<T>(
    outgoing: Outgoing,
    accept: string,
    read: (response: Dispatcher.ResponseData, started: number, outgoing: Outgoing) => Promise<T>,
  ): Promise<T | { readonly trouble: Trouble }> {
    const started = performance.now();
    let began = false;
    const limit = timeLimit(this.#options.signal, outgoing.timeoutMs);
    try {
      const response = await this.#send(outgoing, accept, limit.signal);
      began = true;
      const unfit = unfitness(response.statusCode, headerOf(response, 'content-encoding'));
      if (unfit === null) return await read(response, started, outgoing);
      // Nobody will read it, so nobody would hear of its end.
      response.body.on('error', () => undefined).destroy();
      throw unfit;
    } catch (error) {
      return { trouble: this.#trouble(outgoing, error, started, began) };
    } finally {
      limit.end();
    }
  }

  #send(outgoing: Outgoing, accept: string, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    const headers: Record<string, string> = { ...outgoing.headers, accept };
    const { key } = this.#options;
    if (outgoing.withKey && key !== undefined) headers['authorization'] = `Bearer ${key}`;
    if (outgoing.body !== undefined) headers['content-type'] = 'application/json';
    const body = outgoing.body === undefined ? null : JSON.stringify(outgoing.body);
    return this.#network.request(
      { method: outgoing.method, url: new URL(outgoing.url), headers, body },
      signal,
    );
  }

  async #read(outgoing: Outgoing, response: Dispatcher.ResponseData, started: number): Promise<Answer> {
    // One buffer that grows: a body in chunks of a byte each would cost a hundred times its size.
    let body = Buffer.alloc(64 * 1024);
    let bytes = 0;
    for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
      if (bytes + chunk.byteLength > MAX_BODY_BYTES) throw new TooLarge();
      if (bytes + chunk.byteLength > body.length)
        body = Buffer.concat([body.subarray(0, bytes)], 2 * (bytes + chunk.byteLength));
      body.set(chunk, bytes);
      bytes += chunk.byteLength;
    }
    this.#log(outgoing, `${response.statusCode}, ${bytes} bytes`, started);
    const text = new TextDecoder().decode(body.subarray(0, bytes));
    return {
      status: response.statusCode,
      contentType: contentTypeOf(response),
      body: this.#withoutKey(text),
      headers: this.#headersOf(response),
    };
  }

  #headersOf({ headers }: Dispatcher.ResponseData): Record<string, string> {
    return Object.fromEntries(
      Object.entries(headers).flatMap(([name, value]) => {
        const last = [value].flat().at(-1);
        const shown = this.#withoutKey(printable(last ?? '')).slice(0, MAX_HEADER_CHARACTERS);
        return last === undefined ? [] : [[name.toLowerCase(), shown]];
      }),
    );
  }

  #trouble(outgoing: Outgoing, error: unknown, started: number, began: boolean): Trouble {
    // Ctrl-C is the user's, not the server's.
    this.#options.signal.throwIfAborted();
    const found = troubleOf(error, this.baseUrl, began);
    const trouble = { ...found, message: this.#withoutKey(found.message) };
    this.#log(outgoing, trouble.kind, started);
    return trouble;
  }

  #log(outgoing: Outgoing, what: string, started: number): void {
    const ms = Math.round(performance.now() - started);
    this.#options.log?.(`${outgoing.method} ${outgoing.url}: ${what}, ${ms} ms`);
  }
}

function contentTypeOf(response: Dispatcher.ResponseData): string {
  return headerOf(response, 'content-type').toLowerCase();
}

function headerOf({ headers }: Dispatcher.ResponseData, name: string): string {
  const value = headers[name];
  return typeof value === 'string' ? value : '';
}
