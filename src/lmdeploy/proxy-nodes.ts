import type { Client } from './client.js';
import { nodeList, readJson } from './schema.js';

/**
 * The servers behind `lmdeploy serve proxy`, which alone answers `/nodes/status` (0.18.0); null for anything else.
 *
 * @returns their addresses as they registered, where that is an address that can be reached from here
 */
export async function askNodes(client: Client): Promise<readonly string[] | null> {
  const reply = await client.getBeside('/nodes/status');
  if (!('answer' in reply) || reply.answer.status !== 200) return null;
  const list = readJson(nodeList, reply.answer.body);
  if ('problem' in list) return null;
  const { hostname } = new URL(client.baseUrl);
  return Object.keys(list.value).flatMap((address) => reachable(address, hostname));
}

/** A server that was told to listen everywhere registers as 0.0.0.0: it is on the proxy's machine. */
function reachable(address: string, proxyHost: string): string[] {
  try {
    const url = new URL(address);
    if (url.protocol !== 'http:' && url.protocol !== 'https:') return [];
    if (url.hostname === '0.0.0.0' || url.hostname === '[::]') url.hostname = proxyHost;
    return [url.origin];
  } catch {
    return [];
  }
}
