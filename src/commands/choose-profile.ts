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
 * @throws CliError `profile-missing` where nobody can be asked, `interrupted`
 */
export async function withChosenProfile<F extends CommonFlags>(context: Context, flags: F): Promise<F> {
  const { profile, providerId = DEFAULT_PROVIDER_ID } = flags;
  if (profile === undefined) return flags;
  const home = codexHome(context, flags);
  if ((await stat(home.configPath).catch(() => null)) !== null) return flags;
  const names = [...ourProfiles(await readJournal(home), providerId).keys()].sort();
  const [first] = names;
  if (first === undefined) return flags;
  if (canAsk(context) && !flags.yes && !flags.json)
    return {
      ...flags,
      profile: await askChoice(context, `There is no profile "${profile}". Which one?`, names),
    };
  throw new CliError(
    'profile-missing',
    `There is no profile "${profile}" (${home.configPath}); there ${names.length === 1 ? 'is' : 'are'} ${enumerate(names)}.`,
    `Name one: --profile ${first}`,
  );
}
