import { z } from 'zod';
import { apiRoot } from '../lmdeploy/address.js';
import type { Client } from '../lmdeploy/client.js';
import { readJson } from '../lmdeploy/schema.js';
import type { Trouble } from '../lmdeploy/trouble.js';

const health = z.looseObject({
  bridge: z.literal('codex-lmdeploy'),
  version: z.string(),
  upstream: z.string().refine(isRoot),
});

/** What stands there is gone to. */
function isRoot(text: string): boolean {
  try {
    return apiRoot(text) === text;
  } catch {
    return false;
  }
}

/** What answers where a bridge should be. */
export type BridgeSeen =
  | { readonly state: 'running'; readonly version: string; readonly upstream: string }
  /** Something answers, and it is no bridge of ours. */
  | { readonly state: 'other' }
  | { readonly state: 'no-answer'; readonly trouble: Trouble };

/** Asks `/healthz` beside the `/v1` root of a client. */
export async function askBridge(client: Client): Promise<BridgeSeen> {
  const reply = await client.getBeside('/healthz', { withKey: false });
  if ('trouble' in reply) return { state: 'no-answer', trouble: reply.trouble };
  const read = readJson(health, reply.answer.body);
  return 'value' in read ? { state: 'running', ...read.value } : { state: 'other' };
}
