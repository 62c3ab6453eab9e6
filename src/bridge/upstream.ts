import { setTimeout as sleep } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import { troubleOf } from '../lmdeploy/failed-request.js';
import type { Network } from '../lmdeploy/network.js';
import type { Hop } from '../lmdeploy/redirect.js';
import type { Trouble } from '../lmdeploy/trouble.js';
import { readOut } from './read-out.js';

export type Answered = { readonly response: Dispatcher.ResponseData } | { readonly trouble: Trouble };

const MOST_RETRIES = 3;
const FIRST_PAUSE_MS = 200;
/** Codex waits without a word meanwhile. */
const LONGEST_PAUSE_MS = 20_000;

/**
 * Sends a request, and again where that may heal what came of it: a connection that was lost before a byte of an answer
 * came, and a server that says when to come back. Three times at the most.
 *
 * @throws the signal's reason when it is aborted
 */
export async function ask(
  network: Network,
  hop: Hop,
  baseUrl: string,
  signal: AbortSignal,
): Promise<Answered> {
  for (let retries = 0; ; retries++) {
    const answered = await askOnce(network, hop, baseUrl, signal);
    const pause = retries < MOST_RETRIES ? pauseAfter(answered, retries) : null;
    if (pause === null) return answered;
    if ('response' in answered) readOut(answered.response.body);
    await sleep(pause, undefined, { signal });
  }
}

async function askOnce(network: Network, hop: Hop, baseUrl: string, signal: AbortSignal): Promise<Answered> {
  try {
    return { response: await network.request(hop, signal) };
  } catch (error) {
    signal.throwIfAborted();
    return { trouble: troubleOf(error, baseUrl, false) };
  }
}

/** In milliseconds; null: another try would not help. */
function pauseAfter(answered: Answered, retries: number): number | null {
  if ('trouble' in answered) return answered.trouble.kind === 'closed' ? FIRST_PAUSE_MS * 2 ** retries : null;
  const { statusCode, headers } = answered.response;
  const after = headers['retry-after'];
  if (statusCode !== 503 || typeof after !== 'string') return null;
  const ms = /^\d+$/.test(after) ? Number(after) * 1_000 : new Date(after).getTime() - Date.now();
  return Number.isNaN(ms) || ms > LONGEST_PAUSE_MS ? null : Math.max(ms, 0);
}
