import { DEFAULT_ENV_KEY } from '../../codex/provider.js';
import { isLoopback } from '../../lmdeploy/address.js';
import { type LaunchOptions, launchRemedy } from '../../lmdeploy/launch.js';
import type { Symptom } from '../../lmdeploy/symptoms.js';
import { type Trouble, troubleHint } from '../../lmdeploy/trouble.js';
import { isSecret } from '../../ui/mask-secret.js';
import type { Asked } from './errors.js';

/** The variable that the key is in, or ought to be. */
export function keyVariable({ keyVariable: known }: Asked): string {
  return known ?? DEFAULT_ENV_KEY;
}

/** The key in the value of a header, whatever its scheme. */
export function keyIn(authorization: string): string {
  return authorization.replace(/^\S+\s+/, '').trim();
}

/** Whether a key came along that is more than a placeholder. */
export function hasKey({ authorization = '' }: Asked): boolean {
  return isSecret(keyIn(authorization));
}

/** The line that starts a server which Codex can use, on the upstream's port; what it does stands behind it. */
export function launchLine(asked: Asked, what: string, options: LaunchOptions = {}): string {
  const { hostname, port } = new URL(asked.baseUrl);
  // A server that is started again without its keys would be open to everybody.
  const keys = hasKey(asked) ? { apiKeysFrom: keyVariable(asked) } : {};
  const host = isLoopback(asked.baseUrl) ? null : hostname;
  return launchRemedy(asked.model ?? 'Qwen/Qwen3.5-35B-A3B', what, host, { port, ...keys, ...options });
}

/** @param start the line that starts the server */
export function troubleInWords(trouble: Trouble, start: string): Symptom {
  return { detail: trouble.message, remedy: troubleHint(trouble, start) };
}
