import type { Context } from '../context.js';
import { printable } from '../ui/printable.js';
import type { CodexHome } from './home.js';
import type { InstalledCodex } from './installed.js';
import { runProgram } from './program.js';
import { DEFAULT_ENV_KEY } from './provider.js';

const TIMEOUT_MS = 10_000;

/** Codex repeats a value that has the wrong type, and a key in the place of a table is one (0.169.0). */
const REPEATED = /(invalid (?:type|value): string )"(?:\\.|[^"\\])*"/g;

/** What the installed Codex says of the config as it stands. */
export type Verdict =
  | { readonly state: 'accepted' }
  /** In Codex's own words: `FILE:LINE:COLUMN: reason`. */
  | { readonly state: 'refused'; readonly words: string }
  | { readonly state: 'unknown'; readonly why: string };

/**
 * Lets the installed Codex load its config, by `codex debug prompt-input`: no network, a quarter of a second, and an
 * error that names file, line and column (0.169.0). It does not see unknown keys or an empty key variable.
 *
 * @param keyVariables the variables that hold keys, which Codex does not get for this: it may leave a snapshot of the
 *   shell in its home, with every exported variable in it (0.169.0)
 */
export async function askCodex(
  context: Context,
  codex: Pick<InstalledCodex, 'path'>,
  home: CodexHome,
  keyVariables: readonly string[],
): Promise<Verdict> {
  const env: Record<string, string | undefined> = { ...context.env, CODEX_HOME: home.path };
  for (const name of [DEFAULT_ENV_KEY, ...keyVariables]) delete env[name];
  // It needs no network, and a proxy's address may hold a password.
  for (const [name, value] of Object.entries(env))
    if (/_proxy$/i.test(name) && value?.includes('@')) delete env[name];
  const profile = home.profile === null ? [] : ['--profile', home.profile];
  const end = await runProgram(codex.path, [...profile, 'debug', 'prompt-input', 'hi'], {
    env,
    cwd: context.cwd,
    platform: context.platform,
    signal: context.signal,
    timeoutMs: TIMEOUT_MS,
  });
  if (end.state === 'timed-out')
    return { state: 'unknown', why: `Codex gave no answer in ${TIMEOUT_MS / 1000} s` };
  if (end.state === 'not-started') return { state: 'unknown', why: printable(end.reason) };
  if (end.code === 0) return { state: 'accepted' };
  const words = /^Error: (.+)$/m.exec(end.stderr)?.[1];
  if (words !== undefined) return { state: 'refused', words: printable(words.replace(REPEATED, '$1"••••"')) };
  // clap's own "error: unrecognized subcommand": a Codex that can't be asked this way.
  const last = printable(end.stderr.trim().split('\n').at(-1) ?? '').slice(0, 200);
  return { state: 'unknown', why: `codex debug prompt-input exited with ${end.code}: ${last}` };
}
