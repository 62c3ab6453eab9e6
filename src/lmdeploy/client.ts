import type { Dispatcher } from 'undici';
import type { Environment } from '../context.js';
import { codexHeaders } from './codex-headers.js';
import { readEvents, type TimedEvent } from './events.js';
import { type Network, network } from './network.js';
import type { Redirect } from './redirect.js';
import { TooLarge, type Trouble, troubleOf } from './trouble.js';

const MAX_BODY_BYTES = 8 * 1024 * 1024;

/** A whole answer, whatever its status. */
export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  /** By their names in lower case; of one that came more than once, the last. */
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

  constructor(options: ClientOptions) {
    this.baseUrl = options.baseUrl;
    this.#options = options;
    const { env, platform = 'linux', askTimeoutMs, generateTimeoutMs } = options;
    this.#network = network({ env, platform, requestTimeoutMs: Math.max(askTimeoutMs, generateTimeoutMs) });
  }

  /** Whether a key goes along with the requests. */
  get hasKey(): boolean {
    return this.#options.key !== undefined;
  }

  /** Every redirect on which a request was sent on until now. */
  get redirects(): readonly Redirect[] {
    return this.#network.redirects;
  }

  /** GET below the `/v1` root. */
  get(path: string, options: { withKey: boolean } = { withKey: true }): Promise<Reply> {
    return this.#whole({ method: 'GET', url: this.baseUrl + path, ...this.#asking(options.withKey) });
  }

  /** GET beside the `/v1` root, where LMDeploy's `/health` and its proxy's `/nodes/status` are. */
  getBeside(path: string): Promise<Reply> {
    return this.#whole({
      method: 'GET',
      url: this.baseUrl.replace(/\/v1$/, '') + path,
      ...this.#asking(true),
    });
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
    const outgoing = this.#generating(body);
    const events: TimedEvent[] = [];
    const started = performance.now();
    try {
      const response = await this.#send(outgoing, 'text/event-stream');
      if (!contentTypeOf(response).startsWith('text/event-stream'))
        return { answer: await this.#read(outgoing, response, started) };
      for await (const event of readEvents(response.body, () => performance.now() - started)) {
        events.push(event);
        if (isLast(event.data)) break;
      }
      response.body.destroy();
      this.#log(outgoing, `${response.statusCode}, ${events.length} events`, started);
      return { events, cut: null };
    } catch (error) {
      const trouble = this.#trouble(outgoing, error, started);
      return events.length > 0 ? { events, cut: trouble } : { trouble };
    }
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

  async #whole(outgoing: Outgoing): Promise<Reply> {
    const started = performance.now();
    try {
      return { answer: await this.#read(outgoing, await this.#send(outgoing, 'application/json'), started) };
    } catch (error) {
      return { trouble: this.#trouble(outgoing, error, started) };
    }
  }

  #send(outgoing: Outgoing, accept: string): Promise<Dispatcher.ResponseData> {
    const headers: Record<string, string> = { ...outgoing.headers, accept };
    const { key, signal } = this.#options;
    if (outgoing.withKey && key !== undefined) headers['authorization'] = `Bearer ${key}`;
    if (outgoing.body !== undefined) headers['content-type'] = 'application/json';
    const body = outgoing.body === undefined ? null : JSON.stringify(outgoing.body);
    return this.#network.request(
      { method: outgoing.method, url: new URL(outgoing.url), headers, body },
      AbortSignal.any([signal, AbortSignal.timeout(outgoing.timeoutMs)]),
    );
  }

  async #read(outgoing: Outgoing, response: Dispatcher.ResponseData, started: number): Promise<Answer> {
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
      bytes += chunk.byteLength;
      if (bytes > MAX_BODY_BYTES) throw new TooLarge();
      chunks.push(chunk);
    }
    this.#log(outgoing, `${response.statusCode}, ${bytes} bytes`, started);
    return {
      status: response.statusCode,
      contentType: contentTypeOf(response),
      body: new TextDecoder().decode(Buffer.concat(chunks)),
      headers: headersOf(response),
    };
  }

  #trouble(outgoing: Outgoing, error: unknown, started: number): Trouble {
    // Ctrl-C is the user's, not the server's.
    this.#options.signal.throwIfAborted();
    const trouble = troubleOf(error, this.baseUrl);
    this.#log(outgoing, trouble.kind, started);
    return trouble;
  }

  #log(outgoing: Outgoing, what: string, started: number): void {
    const ms = Math.round(performance.now() - started);
    this.#options.log?.(`${outgoing.method} ${outgoing.url}: ${what}, ${ms} ms`);
  }
}

function headersOf({ headers }: Dispatcher.ResponseData): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => {
      const last = [value].flat().at(-1);
      return last === undefined ? [] : [[name.toLowerCase(), last]];
    }),
  );
}

function contentTypeOf(response: Dispatcher.ResponseData): string {
  const value = response.headers['content-type'];
  return (typeof value === 'string' ? value : '').toLowerCase();
}
