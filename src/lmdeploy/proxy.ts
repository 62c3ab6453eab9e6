import type { Environment } from '../context.js';
import { bypassesProxy } from './no-proxy.js';

/** A proxy that catches an address. */
export interface ProxyServer {
  /** The variable that names it, as it is spelled in the environment. */
  readonly variable: string;
  /** `http://` or `https://`, host and port. */
  readonly origin: string;
  /** The value of `proxy-authorization`, or null. Never shown. */
  readonly authorization: string | null;
  /** Its variable says SOCKS, which Codex does not speak: it sends HTTP all the same, or with a CA file nothing. */
  readonly isSocks: boolean;
}

/** Thrown where a proxy, not the server, is what can't be reached. Its message is a sentence for the user. */
export class ProxyFailed extends Error {}

/** What keeps a SOCKS proxy from being of use to Codex 0.169.0. */
export function speaksNoSocks({ variable, origin }: ProxyServer): ProxyFailed {
  return new ProxyFailed(
    `${variable} names a SOCKS proxy (${new URL(origin).host}), and Codex speaks no SOCKS.`,
  );
}

/**
 * The proxy through which Codex 0.169.0 would reach an address, or null for none. `HTTP_PROXY` catches http,
 * `HTTPS_PROXY` https, `ALL_PROXY` what they leave; loopback is no exception. The upper-case spelling wins, even where
 * it is empty; a value that is no address counts as none; under CGI (`REQUEST_METHOD`) all are ignored.
 *
 * @throws ProxyFailed for a port that is none
 */
export function proxyFor(url: URL, env: Environment): ProxyServer | null {
  if (env['REQUEST_METHOD'] !== undefined) return null;
  if (bypassesProxy(url.hostname, first(env, 'NO_PROXY').value)) return null;
  const own = first(env, url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY');
  return parse(own) ?? parse(first(env, 'ALL_PROXY'));
}

/** What a proxy on the way to an address is told in confidence, in each form, for masking where it repeats that. */
export function passwordsOf(url: URL, env: Environment): string[] {
  try {
    const { authorization } = proxyFor(url, env) ?? { authorization: null };
    const login = authorization?.replace(/^Basic /, '') ?? '';
    const both = Buffer.from(login, 'base64').toString('utf8');
    return [login, both, both.replace(/^[^:]*:/, '')].filter((one) => one !== '');
  } catch {
    return []; // Said where it is asked for.
  }
}

interface Variable {
  readonly name: string;
  readonly value: string;
}

function first(env: Environment, upper: string): Variable {
  for (const name of [upper, upper.toLowerCase()]) {
    const value = env[name];
    if (value !== undefined) return { name, value };
  }
  return { name: upper, value: '' };
}

/** `scheme://user:password@host:port/ignored`; without a scheme it is http, and nothing may follow the port. */
const ADDRESS =
  /^(?:([a-z][a-z0-9+.-]*):\/\/)?([\w.~!$&'()+,;=:@%[\]-][\w.~!$&'()*+,;=:@%[\]-]*)([/?#].*)?$/i;
/** One colon at most outside brackets. */
const HOST_AND_PORT = /^([^:[\]]+|\[[^[\]]+\])(?::([^:]*))?$/;

function parse({ name, value }: Variable): ProxyServer | null {
  const [, scheme, authority = '', rest] = ADDRESS.exec(value) ?? [];
  if (authority === '' || (scheme === undefined && rest !== undefined)) return null;
  const isSocks = /^socks(4a?|5h?)$/.test(scheme ?? '');
  if (!isSocks && !/^https?$/i.test(scheme ?? 'http')) return null;
  const [, host = '', port = ''] = HOST_AND_PORT.exec(authority.slice(authority.lastIndexOf('@') + 1)) ?? [];
  if (host === '') return null;
  const origin = `${isSocks ? 'http' : (scheme ?? 'http').toLowerCase()}://${host}${port && `:${port}`}`;
  if (!URL.canParse(origin))
    throw new ProxyFailed(
      // Behind a slash in a password stands the rest of it, and what is before looks like a host.
      `${name} names a proxy that can't be reached (${rest?.includes('@') ? '…' : `${host}:${port}`}).`,
    );
  return { variable: name, origin: new URL(origin).origin, authorization: credentials(authority), isSocks };
}

function credentials(authority: string): string | null {
  const at = authority.indexOf('@');
  if (at < 0) return null;
  const [, user = '', password = ''] = /^([^:]*):?(.*)$/.exec(authority.slice(0, at)) ?? [];
  return `Basic ${Buffer.from(`${decode(user)}:${decode(password)}`).toString('base64')}`;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
