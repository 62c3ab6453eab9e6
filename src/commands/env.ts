import { readConfig } from '../codex/config.js';
import { codexHome, requireHome } from '../codex/home.js';
import { layersOf } from '../codex/layers.js';
import { providerInUse } from '../codex/provider-in-use.js';
import type { Context } from '../context.js';
import { document } from '../document.js';
import type { envDocument } from '../documents.js';
import { CliError, EXIT } from '../errors.js';
import { type EnvFlags, parseFlags } from '../options.js';
import { settle } from '../settings.js';
import { openTerminal } from '../ui/terminal.js';

type Shell = NonNullable<EnvFlags['shell']>;

// The value that is there stays; an empty one counts as none, for Codex refuses it.
const LINES: Record<Shell, (name: string) => string> = {
  sh: (name) => `export ${name}="\${${name}:-dummy}"`,
  fish: (name) => `test -n "$${name}"; or set ${name} dummy; set -gx ${name} $${name}`,
  powershell: (name) => `if (-not $env:${name}) { $env:${name} = 'dummy' }`,
};

/** `env`: the line that exports the key variable. Never a real key: only what stands in where none is set. */
export async function env(context: Context, raw: Record<string, unknown>): Promise<number> {
  const flags = parseFlags('env', raw);
  const terminal = openTerminal(context, flags);
  const home = codexHome(context, flags);
  await requireHome(home);
  const providerId = flags.providerId ?? (await providerInUse(home, await layersOf(context, home)));
  const config = await readConfig(home.configPath, providerId);
  // Which variable it is can't be told from a broken file, and guessing would hide that it is broken.
  if (flags.envKey === undefined && (config.state === 'broken' || config.state === 'unreadable'))
    throw config.error;
  const block = config.state === 'read' ? config.block : null;
  const { value: variable } = settle(flags, context.env, block).envKey;
  if (variable !== null && !/^[A-Za-z_][A-Za-z0-9_]*$/.test(variable))
    throw new CliError(
      'usage',
      `env_key in ${home.configPath} is no name of a variable.`,
      'Name one with: codex-lmdeploy init --env-key LMDEPLOY_API_KEY',
    );
  const shell = flags.shell ?? usualShell(context);
  const line = variable === null ? null : LINES[shell](variable);
  if (flags.json) terminal.document(document<typeof envDocument>({ ok: true, variable, shell, line }));
  else if (line !== null) terminal.data(line);
  else terminal.note('The provider block names no variable (no env_key), so there is nothing to export.');
  // Only to who reads the line: `eval` in a shell's start-up file must stay silent.
  if (variable !== null && context.stdout.isTTY === true && !context.env[variable]?.trim())
    terminal.note(
      `${variable} is not set here. A server with --api-keys wants a real one: export ${variable}=KEY`,
    );
  return EXIT.done;
}

function usualShell({ env, platform }: Context): Shell {
  if (/(^|\/)fish$/.test(env['SHELL'] ?? '')) return 'fish';
  return platform === 'win32' && env['SHELL'] === undefined ? 'powershell' : 'sh';
}
