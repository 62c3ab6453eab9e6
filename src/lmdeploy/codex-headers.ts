import { randomUUID } from 'node:crypto';

/**
 * The headers by which Codex 0.169.0 can be told from other clients, so that a gateway treats a probe as it will treat
 * Codex. `x-codex-*` are left out: they describe a session that a probe does not have.
 */
export function codexHeaders(): Readonly<Record<string, string>> {
  const thread = randomUUID();
  return {
    originator: 'codex_exec',
    'user-agent': 'codex_exec/0.169.0 (codex-lmdeploy)',
    'session-id': thread,
    'thread-id': thread,
    'x-client-request-id': thread,
  };
}
