import { ProxyFailed } from './proxy.js';
import { BehindRedirect, RedirectRefused } from './redirect.js';
import { tlsReason } from './tls.js';
import type { Trouble, TroubleKind } from './trouble.js';

/** Those that no error of undici's stands behind bring a sentence of their own. */
type NetworkKind = Exclude<TroubleKind, 'unreadable' | 'busy' | 'gateway'>;

const SENTENCE: Record<NetworkKind, (host: string) => string> = {
  refused: (host) => `Nothing listens on ${host} (connection refused).`,
  'unknown-host': (host) => `The host name of ${host} is not known here.`,
  'connect-timeout': (host) => `${host} did not take the connection in time.`,
  timeout: (host) => `${host} took the request and did not answer in time.`,
  tls: (host) => `No TLS connection to ${host} could be made.`,
  closed: (host) => `${host} closed the connection before its answer was whole.`,
  'not-http': (host) =>
    `What listens on ${host} does not speak HTTP as asked (an https port asked with http?).`,
  'too-large': (host) => `${host} answered with more than this tool is ready to read.`,
  proxy: (host) => `The proxy in front of ${host} did not let the request through.`,
  network: (host) => `${host} could not be reached.`,
};

const KIND_OF_CODE: Record<string, NetworkKind> = {
  ECONNREFUSED: 'refused',
  ENOTFOUND: 'unknown-host',
  EAI_AGAIN: 'unknown-host',
  ETIMEDOUT: 'connect-timeout',
  UND_ERR_CONNECT_TIMEOUT: 'connect-timeout',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'timeout',
  ECONNRESET: 'closed',
  EPIPE: 'closed',
  UND_ERR_SOCKET: 'closed',
  UND_ERR_HEADERS_OVERFLOW: 'too-large',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'not-http',
  UND_ERR_ABORTED: 'proxy',
};

const REFUSED: Record<RedirectRefused['code'], string> = {
  TOO_MANY_REDIRECTS: 'redirects without end (Codex gives up after ten, and so does this tool)',
  REDIRECT_TO_OTHER_SCHEME: 'redirects to something that is no http address',
};

/** Thrown by the client where an answer grows beyond its limit. */
export class TooLarge extends Error {}

/** Thrown by the client for what Codex can't read; its message goes on where the name of the host ends. */
export class Unreadable extends Error {}

/** Thrown by the client where a proxy on the way wants a login of its own. */
export class ProxyLogin extends Error {}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  const code = (error as { code?: unknown }).code;
  if (typeof code === 'string') return code;
  return error.cause === undefined ? '' : codeOf(error.cause);
}

function kindOf(error: unknown): NetworkKind {
  if (error instanceof TooLarge) return 'too-large';
  if (!(error instanceof Error)) return 'network';
  if (error.name === 'TimeoutError') return 'timeout';
  // A status line that undici can't go on from, such as an upgrade that was not asked for, has the code of a lost socket.
  if (error.name === 'HTTPParserError' || /^bad (upgrade|response)$/.test(error.message)) return 'not-http';
  const code = codeOf(error);
  if (/^(CERT_|ERR_TLS|ERR_SSL|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|EPROTO)/.test(code)) return 'tls';
  return KIND_OF_CODE[code] ?? 'network';
}

/**
 * What a failed request to `baseUrl` ran into; the code of the error stays in the sentence where it tells more.
 *
 * @param began whether the head of an answer had come
 */
export function troubleOf(error: unknown, baseUrl: string, began: boolean): Trouble {
  const { host } = new URL(baseUrl);
  if (error instanceof ProxyFailed) return { kind: 'proxy', message: error.message };
  if (error instanceof RedirectRefused)
    return { kind: 'network', message: `${host} ${REFUSED[error.code]}.` };
  if (error instanceof BehindRedirect) {
    const there = troubleOf(error.cause, error.url, began);
    return { ...there, message: `${there.message.replace(/\.$/, '')}, where ${host} redirects to.` };
  }
  if (error instanceof Unreadable) return { kind: 'unreadable', message: `${host} ${error.message}.` };
  // undici's own words for one that HTTP_PROXY or HTTPS_PROXY names.
  if (error instanceof ProxyLogin || (error instanceof Error && /\(407\)/.test(error.message)))
    return { kind: 'proxy', message: `The proxy in front of ${host} wants a login (407).` };
  const kind = kindOf(error);
  if (kind === 'timeout' && began)
    return { kind, message: `${host} began to answer and did not end in time.` };
  const code = codeOf(error);
  const reason = kind === 'tls' ? tlsReason(code, host) : null;
  if (reason !== null) return { kind, ...reason };
  const named = kind === 'tls' || kind === 'network' ? ` (${code || String(error)})` : '';
  return { kind, message: SENTENCE[kind](host) + named };
}
