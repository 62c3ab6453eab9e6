import { bridgeTo } from '../bridge/through.js';
import { type CodexOptions, codexOn } from '../codex-on.js';

/** The ways from Codex to a server. */
const WAYS = ['directly', 'through a bridge'] as const;
export type Way = (typeof WAYS)[number];

/** A home that `init` set up for one of the ways, and the real Codex in it. A bridge ends with the test. */
export async function codexBy(way: Way, baseUrl: string, options: CodexOptions = {}) {
  if (way === 'directly') return codexOn(baseUrl, options);
  const { bridge } = await bridgeTo(baseUrl);
  return codexOn(baseUrl, { ...options, flags: [...(options.flags ?? []), '--bridge', `${bridge.port}`] });
}
