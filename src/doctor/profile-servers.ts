import type { Context } from '../context.js';
import type { CommonFlags } from '../options.js';
import type { Terminal } from '../ui/terminal.js';
import { examine } from './examination.js';

/** The `/v1` roots that these profiles name for our provider, through a bridge those of the servers behind it. Asks none. */
export async function serversOfProfiles(
  context: Context,
  flags: CommonFlags,
  terminal: Terminal,
  profiles: readonly string[],
): Promise<string[]> {
  const found = await Promise.all(
    profiles.map(async (profile) => {
      const one = await examine(context, { ...flags, profile }, terminal, () => async () => null, {
        isOffline: true,
      });
      await one.close();
      return one.config.state === 'read' && one.settings.configured;
    }),
  );
  return [...new Set(found.filter((address) => typeof address === 'string'))];
}
