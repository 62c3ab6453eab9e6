import type { Dispatcher } from 'undici';
import type { Environment } from '../context.js';
import { once } from '../once.js';
import { ProxyFailed, type ProxyServer, proxyFor, speaksNoSocks } from './proxy.js';
import {
  BehindRedirect,
  follow,
  type Hop,
  MAX_REDIRECTS,
  type Redirect,
  RedirectRefused,
} from './redirect.js';
import { trust } from './trust.js';
import { tunnelThrough } from './tunnel.js';

const CONNECT_TIMEOUT_MS = 5_000;

export interface NetworkOptions {
  readonly env: Environment;
  readonly platform: NodeJS.Platform;
  /** The limit of the longest request; 0: none. */
  readonly requestTimeoutMs: number;
}

/** The way to a server that Codex 0.169.0 would take: through its proxies, with its trust, along its redirects. */
export interface Network {
  /** Loads what a connection takes; nothing is connected yet. */
  prepare(): Promise<void>;
  /**
   * The answer at the end of all redirects.
   *
   * @throws what undici throws, ProxyFailed, RedirectRefused, BehindRedirect, and the signal's reason
   */
  request(hop: Hop, signal: AbortSignal): Promise<Dispatcher.ResponseData>;
  /** Every redirect that was followed until now. */
  readonly redirects: readonly Redirect[];
  /** Closes every connection. */
  destroy(): Promise<void>;
}

/** Opens the way; nothing is connected before the first request. */
export function network({ env, platform, requestTimeoutMs }: NetworkOptions): Network {
  const limits = {
    // The whole request has one limit of its own; undici's defaults must not cut a longer one short.
    headersTimeout: requestTimeoutMs,
    bodyTimeout: requestTimeoutMs,
  };
  const timeout = Math.min(CONNECT_TIMEOUT_MS, requestTimeoutMs || CONNECT_TIMEOUT_MS);
  const parts = once(() => import('./undici-parts.js'));
  const certificates = once(() => trust(env, platform));
  const open = new Map<string, Promise<Dispatcher>>();
  const redirects: Redirect[] = [];

  /** The connections for a URL: kept apart by proxy and by scheme, for only https needs the certificates. */
  function connections(url: URL, proxy: ProxyServer | null): Promise<Dispatcher> {
    const name = `${url.protocol} ${proxy?.origin} ${proxy?.authorization}`;
    const made = open.get(name) ?? connect(url, proxy);
    open.set(name, made);
    return made;
  }

  async function connect(url: URL, proxy: ProxyServer | null): Promise<Dispatcher> {
    const isSecure = url.protocol === 'https:' || proxy?.origin.startsWith('https:');
    if (proxy?.isSocks && (await certificates()).library === 'rustls') throw speaksNoSocks(proxy);
    const options = { timeout, ...(isSecure && (await certificates()).options) };
    const { Agent, Pool, buildConnector } = await parts();
    if (proxy === null) return new Agent({ ...limits, connect: options });
    if (url.protocol === 'http:') return new Pool(proxy.origin, { ...limits, connect: options });
    return new Agent({ ...limits, connect: tunnelThrough(buildConnector, proxy, options) });
  }

  async function send({ method, url, headers, body }: Hop, signal: AbortSignal) {
    const proxy = proxyFor(url, env);
    const way = await connections(url, proxy);
    const common = { method, body, signal };
    const path = url.pathname + url.search;
    if (proxy === null) return way.request({ ...common, origin: url.origin, path, headers });
    try {
      if (url.protocol === 'https:')
        return await way.request({ ...common, origin: url.origin, path, headers });
      const authorization =
        proxy.authorization === null ? {} : { 'proxy-authorization': proxy.authorization };
      // What goes to a proxy in plain text names the whole address.
      const plain = { ...headers, ...authorization, host: url.host };
      return await way.request({ ...common, origin: proxy.origin, path: url.origin + path, headers: plain });
    } catch (error) {
      signal.throwIfAborted();
      throw blame(proxy, error);
    }
  }

  return {
    async prepare() {
      await parts();
    },
    redirects,
    async request(first, signal) {
      let hop = first;
      for (let followed = 0; ; followed++) {
        const response = await send(hop, signal).catch((error: unknown) => {
          throw followed === 0 ? error : new BehindRedirect(hop.url.href, error);
        });
        const { location } = response.headers;
        const next = follow(hop, response.statusCode, typeof location === 'string' ? location : null);
        if (next === null) return response;
        response.body.on('error', () => undefined).destroy();
        if (followed === MAX_REDIRECTS) throw new RedirectRefused('TOO_MANY_REDIRECTS');
        const { from, to } = next.redirect;
        if (!redirects.some((one) => one.from === from && one.to === to)) redirects.push(next.redirect);
        hop = next.hop;
      }
    },
    async destroy() {
      await Promise.all(
        [...open.values()].map((one) =>
          one.then(
            (made) => made.destroy(),
            () => undefined,
          ),
        ),
      );
    },
  };
}

const UNREACHABLE =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)$/;

/** Before an answer has come, what can't be reached behind a proxy is the proxy. */
function blame(proxy: ProxyServer, error: unknown): unknown {
  const code = String((error as NodeJS.ErrnoException).code);
  if (proxy.isSocks) return speaksNoSocks(proxy);
  return UNREACHABLE.test(code)
    ? new ProxyFailed(
        `The proxy ${new URL(proxy.origin).host}, which ${proxy.variable} names, can't be reached (${code}).`,
      )
    : error;
}
