import { CliError } from '../errors.js';
import type { InstalledCodex } from './installed.js';
import { isOlder } from './version.js';

/** The name of a profile, where `--profile` gives none. */
export const DEFAULT_PROFILE = 'lmdeploy';

/** The catalog of all profiles that `--all-models` makes, by its name; no profile is called so. */
export const SHARED_CATALOG = 'all-models';

/** The first Codex that reads `NAME.config.toml`; before, a profile was a table in `config.toml`. */
export const FIRST_WITH_FILES = '0.134.0';

/** @throws CliError `codex-too-old` */
export function requireProfileFiles(codex: InstalledCodex | null): void {
  const version = codex?.version ?? null;
  if (version === null || !isOlder(version, FIRST_WITH_FILES)) return;
  throw new CliError(
    'codex-too-old',
    `Codex ${version} does not read profile files; they came with ${FIRST_WITH_FILES}.`,
    'npm install -g @openai/codex@latest, or run init without --profile.',
  );
}
