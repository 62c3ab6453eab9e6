import { stat } from 'node:fs/promises';
import { codexHome } from '../codex/home.js';
import { readJournal } from '../codex/journal.js';
import { ourProfiles } from '../codex/our-profiles.js';
import { DEFAULT_PROVIDER_ID } from '../codex/provider.js';
import { type Context, canAsk } from '../context.js';
import { CliError } from '../errors.js';
import type { CommonFlags } from '../options.js';
import { enumerate } from '../ui/printable.js';
import { askChoice } from '../ui/prompt.js';

/**
 * The flags with the profile that is meant: where the one named is not there and `init` has written others, the user's
 * choice among them.
 *
 * @param isNeeded whether the command can do nothing without it
 * @throws CliError `profile-missing` where it is needed and nobody can be asked, `interrupted`
 */
export async function withChosenProfile<F extends CommonFlags>(
  context: Context,
  flags: F,
  isNeeded: boolean,
): Promise<F> {
  const { profile, providerId = DEFAULT_PROVIDER_ID } = flags;
  if (profile === undefined) return flags;
  const home = codexHome(context, flags);
  const isThere = async (name: string) => {
    const { configPath } = codexHome(context, { ...flags, profile: name });
    return (await stat(configPath).catch(() => null)) !== null;
  };
  if (await isThere(profile)) return flags;
  const ours = [...ourProfiles(await readJournal(home), providerId).keys()].sort();
  // One whose file somebody has deleted: what is remembered of it is still to be removed.
  if (!isNeeded && ours.includes(profile)) return flags;
  const there = await Promise.all(ours.map(isThere));
  const names = ours.filter((_, index) => there[index]);
  const [first] = names;
  if (first === undefined) return flags;
  if (canAsk(context) && !flags.yes && !flags.json)
    return {
      ...flags,
      profile: await askChoice(context, `There is no profile "${profile}". Which one?`, names),
    };
  if (!isNeeded) return flags;
  throw new CliError(
    'profile-missing',
    `There is no profile "${profile}" (${home.configPath}); there ${names.length === 1 ? 'is' : 'are'} ${enumerate(names)}.`,
    `Name one: --profile ${first}`,
  );
}
