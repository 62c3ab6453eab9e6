import { printable } from '../ui/printable.js';
import type { Client, Reply } from './client.js';
import { healthState, readJson, sleepState } from './schema.js';
import type { Turn } from './turn.js';

/** Why a server answers no turn now. */
export interface Health {
  /** `unknown`: it says nothing that would tell. */
  readonly state: 'asleep' | 'unhealthy' | 'overloaded' | 'unknown';
  /** What it said, cleaned for the terminal. */
  readonly said: string;
  /** Its `Retry-After`, where it sent one. */
  readonly retryAfter: string | null;
}

/**
 * Asks a server that refused `turn`, or left it unanswered, how it is. Only asks: nothing here wakes it up.
 *
 * LMDeploy's `/health` goes on saying "healthy" for some seconds after it was put to sleep, so `/is_sleeping` and the
 * words of the refusal count first (0.14 to 0.18).
 */
export async function askHealth(client: Client, turn: Turn): Promise<Health> {
  const [sleeping, health] = await Promise.all([
    client.getBeside('/is_sleeping'),
    client.getBeside('/health'),
  ]);
  const refusal = turn.state === 'refused' ? turn : null;
  const retryAfter = refusal?.retryAfter ?? null;
  const words = refusal?.error.message ?? 'it gave no answer in time';
  const told = (state: Health['state'], said: string): Health => ({ state, said, retryAfter });
  if (isAsleep(sleeping) || /sleeping/.test(words)) return told('asleep', words);
  const sick = sickness(health);
  if (sick !== null) return told('unhealthy', sick);
  if (refusal?.error.status === 429 || retryAfter !== null) return told('overloaded', words);
  return told('unknown', words);
}

function isAsleep(reply: Reply): boolean {
  if (!('answer' in reply) || reply.answer.status !== 200) return false;
  const state = readJson(sleepState, reply.answer.body);
  return 'value' in state && state.value.is_sleeping;
}

/** What `/health` says is wrong; null where nothing is, or where it is not LMDeploy's. */
function sickness(reply: Reply): string | null {
  if (!('answer' in reply) || reply.answer.status !== 503) return null;
  const health = readJson(healthState, reply.answer.body);
  if ('problem' in health) return null;
  return printable(health.value.message ?? health.value.status).slice(0, 200);
}

/** Whether `/health` answers as LMDeploy's does (0.14 to 0.18). Who gives no answer may be down just now, and counts. */
export async function tellsHealth(client: Client): Promise<boolean> {
  const reply = await client.getBeside('/health');
  if (!('answer' in reply)) return true;
  const health = readJson(healthState, reply.answer.body);
  return 'value' in health && /healthy|sleeping/.test(health.value.status);
}
