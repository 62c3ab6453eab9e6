import type { Reply } from './client.js';
import type { Turn } from './turn.js';

/** At most so many probes of `/v1/responses` in one look; with the two model lists a look stays at 12 requests. */
const MAX_PROBES = 10;

/** Tells which probes are in flight, by names for a person. */
export type OnProbe = (inFlight: readonly string[]) => void;

/** Sends a probe; null where it was not sent. */
export type Probe = <T extends Answer>(name: string, send: () => Promise<T>) => Promise<T | null>;
type Answer = Turn | Reply | { readonly state: 'begun' };

/**
 * The one door for what is sent to `/v1/responses`. It stays shut after a probe that got no answer, for the next one
 * would cost its whole time limit too, and after `MAX_PROBES`.
 */
export function prober(onProbe: OnProbe = () => undefined): Probe {
  const inFlight: string[] = [];
  let sent = 0;
  let silent = false;
  return async (name, send) => {
    if (silent || sent >= MAX_PROBES) return null;
    sent += 1;
    inFlight.push(name);
    onProbe([...inFlight]);
    try {
      const answer = await send();
      silent ||= 'trouble' in answer;
      return answer;
    } finally {
      inFlight.splice(inFlight.indexOf(name), 1);
      onProbe([...inFlight]);
    }
  };
}
