import { Client } from '../src/lmdeploy/client.js';
import { discover, type Evidence, type Look } from '../src/lmdeploy/discover.js';
import { factsOf, type ServerFacts, serverFacts } from '../src/lmdeploy/facts.js';

export interface LookedAt {
  readonly facts: ServerFacts;
  readonly evidence: Evidence;
  /** A line for each request. */
  readonly requests: readonly string[];
}

/** All that can be seen of a server, with its first model. */
export async function lookAt(baseUrl: string, key?: string, look?: Look): Promise<LookedAt> {
  const requests: string[] = [];
  const client = new Client({
    baseUrl,
    key,
    env: {},
    signal: new AbortController().signal,
    askTimeoutMs: 30_000,
    generateTimeoutMs: 120_000,
    log: (line) => requests.push(line),
  });
  const evidence = await discover(client, async (served) => served[0]?.id ?? null, look).everything();
  await client.close();
  return { facts: serverFacts.parse(factsOf(evidence)), evidence, requests };
}
