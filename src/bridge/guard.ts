import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';

/** The one that a client does not name. */
const USUAL_PORT = 80;

/** Whether only programs on this machine reach what listens there. */
export function isLoopbackHost(host: string): boolean {
  return host === '::1' || host === 'localhost' || (isIP(host) === 4 && host.startsWith('127.'));
}

/**
 * Why a request is not let in; null: it is. A web page in the user's browser reaches loopback too: its requests carry an
 * `Origin`, or, where its name was made to lead here, a foreign `Host`. Pure.
 *
 * @param host where the bridge listens
 */
export function refusalOf(
  { host: asked, origin }: IncomingHttpHeaders,
  { host, port }: { readonly host: string; readonly port: number },
): string | null {
  if (origin !== undefined) return 'This bridge takes no requests of web pages (Origin).';
  if (asked === undefined) return 'This bridge takes no requests without a Host.';
  // Who exposes a bridge does so under names of their own.
  if (!isLoopbackHost(host)) return null;
  const names = ['127.0.0.1', 'localhost', '[::1]', host];
  const own = names.flatMap((name) => [`${name}:${port}`, ...(port === USUAL_PORT ? [name] : [])]);
  return own.includes(asked.toLowerCase())
    ? null
    : 'This bridge is asked by another name than its own (Host).';
}
