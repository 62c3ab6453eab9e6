import { CliError } from '../errors.js';
import type { Check } from './check.js';

export interface Selection {
  /** The checks that are run: the wanted ones and whatever they require, in order. */
  readonly run: readonly Check[];
  /** Whether a report shows a check that came out so. */
  shows(id: string, failed: boolean): boolean;
}

/**
 * The checks that `--only` and `--skip` leave. Both take ids and groups (`server`, `server.auth`). What a wanted check
 * requires runs unseen, and is seen all the same where it fails under `--only`: else nobody would learn why.
 *
 * @throws CliError `usage` for an id that no check has
 */
export function select(
  checks: readonly Check[],
  only?: readonly string[],
  skip?: readonly string[],
): Selection {
  for (const name of [...(only ?? []), ...(skip ?? [])])
    if (!checks.some(({ id }) => isNamed(id, name))) throw unknown(name, checks);
  const wanted = checks
    .map(({ id }) => id)
    .filter((id) => only === undefined || only.some((name) => isNamed(id, name)))
    .filter((id) => !skip?.some((name) => isNamed(id, name)));
  if (wanted.length === 0)
    throw new CliError(
      'usage',
      '--skip leaves nothing of what --only names.',
      'codex-lmdeploy doctor --list shows all checks.',
    );
  const needed = new Set(wanted);
  // A check stands behind all that it requires, so one way back gathers them all.
  for (const check of [...checks].reverse())
    if (needed.has(check.id)) for (const id of check.requires) needed.add(id);
  return {
    run: checks.filter(({ id }) => needed.has(id)),
    shows: (id, failed) => wanted.includes(id) || (failed && !skip?.some((name) => isNamed(id, name))),
  };
}

function isNamed(id: string, name: string): boolean {
  return id === name || id.startsWith(`${name}.`);
}

function unknown(name: string, checks: readonly Check[]): CliError {
  const group = name.split('.')[0] ?? '';
  const near = checks.map(({ id }) => id).filter((id) => isNamed(id, group));
  const hint =
    near.length > 0 ? `Near it: ${near.join(', ')}.` : 'codex-lmdeploy doctor --list shows them all.';
  return new CliError('usage', `No check is called "${name}".`, hint);
}
