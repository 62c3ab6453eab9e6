import { CliError } from '../errors.js';
import { ProxyFailed } from './proxy.js';

/** Why a request got no whole answer. */
export type TroubleKind =
  | 'refused'
  | 'unknown-host'
  | 'connect-timeout'
  | 'timeout'
  | 'tls'
  | 'closed'
  | 'not-http'
  | 'too-large'
  | 'proxy'
  | 'network';

export interface Trouble {
  readonly kind: TroubleKind;
  /** One sentence that names the address and what happened. */
  readonly message: string;
}

const SENTENCE: Record<TroubleKind, (host: string) => string> = {
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

const KIND_OF_CODE: Record<string, TroubleKind> = {
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
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'closed',
  UND_ERR_ABORTED: 'proxy',
};

/** Thrown by the client where an answer grows beyond its limit. */
export class TooLarge extends Error {}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  const code = (error as { code?: unknown }).code;
  if (typeof code === 'string') return code;
  return error.cause === undefined ? '' : codeOf(error.cause);
}

function kindOf(error: unknown): TroubleKind {
  if (error instanceof TooLarge) return 'too-large';
  if (error instanceof Error && error.name === 'TimeoutError') return 'timeout';
  if (error instanceof Error && error.name === 'HTTPParserError') return 'not-http';
  const code = codeOf(error);
  if (/^(CERT_|ERR_TLS|ERR_SSL|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|EPROTO)/.test(code)) return 'tls';
  return KIND_OF_CODE[code] ?? 'network';
}

/** What a failed request to `baseUrl` ran into; the code of the error stays in the sentence where it tells more. */
export function troubleOf(error: unknown, baseUrl: string): Trouble {
  if (error instanceof ProxyFailed) return { kind: 'proxy', message: error.message };
  const kind = kindOf(error);
  const code = codeOf(error);
  const named = kind === 'tls' || kind === 'network' ? code || String(error) : '';
  return { kind, message: SENTENCE[kind](new URL(baseUrl).host) + (named === '' ? '' : ` (${named})`) };
}

/** What the user can do about it, as one line. `launchLine` starts a server for the model in question. */
export function troubleHint(trouble: Trouble, launchLine: string): string {
  switch (trouble.kind) {
    case 'refused':
      return `${launchLine}   # starts it`;
    case 'unknown-host':
    case 'network':
      return 'Give the address with --base-url, or set LMDEPLOY_BASE_URL.';
    case 'tls':
      return 'Use http:// if the server has no certificate, or name the CA file in CODEX_CA_CERTIFICATE.';
    case 'proxy':
      return 'If a proxy variable catches this address, add its host to NO_PROXY.';
    case 'not-http':
      return 'Try https:// (or http://) and the port that the server printed when it started.';
    case 'connect-timeout':
    case 'timeout':
      return 'If the model is still loading, wait and run this again; --timeout SECONDS waits longer.';
    case 'closed':
    case 'too-large':
      return 'Check that the port is the one of lmdeploy serve api_server.';
  }
}

/** The error that `init` and `models` end with. */
export function unreachable(trouble: Trouble, launchLine: string): CliError {
  return new CliError('server-unreachable', trouble.message, troubleHint(trouble, launchLine));
}
