import type { Client } from './client.js';

/**
 * When the process of the server that answers was started, as its own metrics have it (LMDeploy 0.14 to 0.18, on unless
 * `--disable-metrics`): behind a front, this tells one server from another.
 *
 * @param session sent as Codex sends the id of its session (0.169.0); a front may choose the server by it
 * @returns the number as it stands there, to the hundredth of a second; null where nothing says it
 */
export async function processStart(client: Client, session?: string): Promise<string | null> {
  const headers = session === undefined ? {} : { 'session-id': session };
  const reply = await client.getBeside('/metrics', { headers });
  if (!('answer' in reply) || reply.answer.status !== 200) return null;
  return /^process_start_time_seconds (\S+)$/m.exec(reply.answer.body)?.[1] ?? null;
}
