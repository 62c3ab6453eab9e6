import { onTestFinished } from 'vitest';
import { Client, type ClientOptions } from '../../src/lmdeploy/client.js';

/** What came of one turn that this program sends, in a word: `turn`, a status, or the kind of trouble. */
export async function reach(
  baseUrl: string,
  env: Record<string, string>,
  options: Partial<ClientOptions> = {},
) {
  const client = new Client({
    baseUrl,
    key: 'sk',
    env,
    signal: new AbortController().signal,
    askTimeoutMs: 20_000,
    generateTimeoutMs: 20_000,
    ...options,
  });
  onTestFinished(() => client.close());
  const reply = await client.stream({ model: 'm', input: 'hi' }, (data) =>
    data.includes('response.completed'),
  );
  const { redirects } = client;
  if ('events' in reply)
    return { came: reply.cut === null ? 'turn' : reply.cut.kind, message: '', redirects };
  if ('answer' in reply) return { came: String(reply.answer.status), message: reply.answer.body, redirects };
  return { came: reply.trouble.kind, message: reply.trouble.message, redirects };
}
