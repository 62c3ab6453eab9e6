import type { Context } from '../context.js';
import type { CommonFlags } from '../options.js';
import type { Terminal } from '../ui/terminal.js';
import { examine } from './examination.js';
import { eachOnce, type Member } from './servers.js';

/**
 * The servers that these profiles name for our provider, through a bridge those behind it; each once, by the first that
 * names it. Asks none.
 */
export async function serversOfProfiles(
  context: Context,
  flags: CommonFlags,
  terminal: Terminal,
  profiles: readonly string[],
): Promise<Member[]> {
  const found = await Promise.all(
    profiles.map(async (profile) => {
      const one = await examine(context, { ...flags, profile }, terminal, () => async () => null, {
        isOffline: true,
      });
      await one.close();
      const baseUrl = one.config.state === 'read' ? one.settings.configured : null;
      return typeof baseUrl === 'string' ? [{ baseUrl, from: { profile } }] : [];
    }),
  );
  return eachOnce(found.flat());
}
