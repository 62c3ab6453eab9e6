import type { Answer } from './client.js';
import { serverError } from './server-error.js';
import type { Trouble } from './trouble.js';

/** What a gateway says in the place of a server that is not there or must not be asked now; null for all else. */
export function notItself({ status, body, headers }: Answer, host: string): Trouble | null {
  const said = `HTTP ${status}: ${serverError(status, body).message}`;
  if (status === 429) {
    const message = `${host} takes no more requests for now (${said}).`;
    const seconds = /^\d{1,6}$/.exec(headers['retry-after'] ?? '')?.[0];
    return seconds === undefined
      ? { kind: 'busy', message }
      : { kind: 'busy', message, remedy: `Wait ${seconds} seconds, and run this again.` };
  }
  if (status === 502 || status === 503 || status === 504)
    return { kind: 'gateway', message: `The server behind ${host} is not there, or not ready (${said}).` };
  return null;
}

/** What an answer is that wants a login in the place of a key, as a part of a sentence; null for any other. */
export function wantsLogin({ status, headers }: Answer): string | null {
  const asks = /^(basic|digest|negotiate|ntlm)\b/i.test(headers['www-authenticate'] ?? '');
  return status === 401 && asks ? 'HTTP 401, and asks for a user name and a password instead of a key' : null;
}
