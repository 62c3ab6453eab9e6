import type { Bridged } from '../codex/journal.js';
import { DEFAULT_BRIDGE_PORT } from '../codex/provider.js';
import { shellWord } from '../ui/shell-word.js';
import { isLoopbackHost } from './guard.js';

/** Where a bridge listens unless it is told otherwise. */
export const USUAL_HOST = '127.0.0.1';

/** Where a bridge listens. */
export interface Place {
  readonly host: string;
  readonly port: number;
}

/** Where the bridge with this `/v1` root listens, or has to. */
export function placeOf(address: string): Place {
  const { hostname, port, protocol } = new URL(address);
  const host = hostname.replace(/^\[|\]$/g, '');
  const usual = protocol === 'https:' ? 443 : 80;
  return { host: host === 'localhost' ? USUAL_HOST : host, port: Number(port || usual) };
}

/** Where a bridge listens: as it is told, else where the config leads, as far as that is this machine. */
export function placeFor(
  bridge: Bridged | null,
  { host, port }: { host?: string | undefined; port?: string | undefined },
): Place {
  const usual = bridge === null ? null : placeOf(bridge.address);
  const told = Number(port ?? usual?.port ?? DEFAULT_BRIDGE_PORT);
  const isIts = usual?.port === told && isLoopbackHost(usual.host);
  return { host: host ?? (isIts ? usual.host : USUAL_HOST), port: told };
}

/** The line that starts the bridge which a config leads to, on the machine that its address names. */
export function startLine({ address, server }: Bridged): string {
  const { host, port } = placeOf(address);
  return [
    `codex-lmdeploy bridge ${shellWord(server)}`,
    ...(port === DEFAULT_BRIDGE_PORT ? [] : [`--port ${port}`]),
    ...(host === USUAL_HOST ? [] : [`--host ${shellWord(host)}`]),
    ...(isLoopbackHost(host) ? [] : ['--expose']),
  ].join(' ');
}

/** Whether a server's address leads to a bridge on this port of this machine, by whatever name. */
export function isOwnAddress(server: string, port: number): boolean {
  const { host, port: theirs } = placeOf(server);
  return theirs === port && (isLoopbackHost(host) || host === '0.0.0.0' || host === '::');
}
