import { onTestFinished } from 'vitest';
import { Client } from '../src/lmdeploy/client.js';
import { discover, type Evidence, type Look } from '../src/lmdeploy/discover.js';
import { factsOf, type ServerFacts, serverFacts } from '../src/lmdeploy/facts.js';

/** All that can be seen of a server, with its first model. */
export async function lookAt(
  baseUrl: string,
  key?: string,
  look?: Look,
): Promise<{ facts: ServerFacts; evidence: Evidence }> {
  const client = new Client({
    baseUrl,
    key,
    env: {},
    signal: new AbortController().signal,
    askTimeoutMs: 5_000,
    generateTimeoutMs: 10_000,
  });
  onTestFinished(() => client.close());
  const evidence = await discover(client, async (served) => served[0]?.id ?? null, look).everything();
  return { facts: serverFacts.parse(factsOf(evidence)), evidence };
}
