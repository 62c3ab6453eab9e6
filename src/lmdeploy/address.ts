import { CliError } from '../errors.js';

/** Where `lmdeploy serve api_server` listens when nothing else is said. */
export const DEFAULT_BASE_URL = 'http://127.0.0.1:23333/v1';
const DEFAULT_PORT = '23333';

function refuse(input: string, why: string): CliError {
  return new CliError(
    'usage',
    `"${withoutLogin(input)}" is not an address of a server: ${why}.`,
    `Give it like ${DEFAULT_BASE_URL}.`,
  );
}

/** What does not parse may hold a password all the same. */
function withoutLogin(input: string): string {
  return input.replace(/^([a-z][a-z0-9+.-]*:\/\/)?[\s\S]*@/i, '$1••••@');
}

/**
 * The `/v1` root for any spelling of a server's address: `host`, `host:port`, with or without `/v1`, `/v1/responses`,
 * `/v1/models` or another endpoint of the API, with a trailing slash, or a port of this machine alone. A path prefix stays: `https://gw/llm` gives `https://gw/llm/v1`.
 * A name without scheme and port gets LMDeploy's own port.
 *
 * @throws CliError `usage` for what is no http(s) address, or holds a user, a query or a fragment.
 */
export function apiRoot(input: string): string {
  const given = input.trim();
  // A number alone is a port of this machine; the URL parser would read an IPv4 address into it.
  const text = /^\d{1,5}$/.test(given) ? `127.0.0.1:${given}` : given;
  const hasScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
  let url: URL;
  try {
    url = new URL(hasScheme ? text : `http://${text}`);
  } catch {
    throw refuse(input, 'it does not parse');
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw refuse(input, 'only http and https are spoken');
  if (url.username !== '' || url.password !== '')
    throw new CliError(
      'usage',
      'The address holds a user name or a password, which would end up in a file.',
      'Leave it out, and put the key into the variable that --env-key names.',
    );
  if (url.search !== '' || url.hash !== '')
    throw refuse(input.replace(/[?#].*$/s, '…'), 'a query or a fragment has no place in it');
  if (!hasScheme && url.port === '' && !/:\d+(\/|$)/.test(text)) url.port = DEFAULT_PORT;
  const prefix = url.pathname
    .replace(/\/+$/, '')
    .replace(/\/v1(\/(responses|models|(chat\/)?completions|messages))?$/, '');
  return `${url.origin}${prefix}/v1`;
}

/** True for an address that only this machine can mean. */
export function isLoopback(baseUrl: string): boolean {
  const { hostname } = new URL(baseUrl);
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}
