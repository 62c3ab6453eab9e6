import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ConfigRead } from '../codex/config.js';
import type { CodexHome } from '../codex/home.js';
import { topLevel } from '../codex/provider.js';
import type { Context } from '../context.js';
import { printable } from '../ui/printable.js';
import { askChoice } from '../ui/prompt.js';

const HERE = 'into config.toml, for every session';

/**
 * Asks, where another provider or a login is in use, whether LMDeploy should go into a profile beside it.
 *
 * @returns the name of the profile, or null for `config.toml`
 * @throws CliError `interrupted`
 */
export async function askPlace(
  context: Context,
  home: CodexHome,
  config: ConfigRead,
  { providerId, profile }: { providerId: string; profile: string },
): Promise<string | null> {
  const selected = config.state === 'read' ? topLevel(config.document, 'model_provider') : null;
  if (selected === providerId || home.profile !== null) return home.profile;
  const isLoggedIn = (await stat(join(home.path, 'auth.json')).catch(() => null)) !== null;
  if (selected === null && !isLoggedIn) return null;
  const inUse = selected === null ? 'a login' : `the provider "${printable(selected)}"`;
  const beside = `into a profile beside it, for: codex --profile ${profile}`;
  const place = await askChoice(context, `Codex is in use with ${inUse}. Where should LMDeploy go?`, [
    beside,
    HERE,
  ]);
  return place === HERE ? null : profile;
}
