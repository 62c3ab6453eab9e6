import type { Bridge, BridgeOptions } from '../bridge/server.js';
import { readConfig } from '../codex/config.js';
import { codexHome, requireHome } from '../codex/home.js';
import type { InstalledCodex } from '../codex/installed.js';
import { layersOf } from '../codex/layers.js';
import { overruled } from '../codex/notes.js';
import { type PassedArguments, passedArguments } from '../codex/passed-arguments.js';
import { DEFAULT_PROFILE, requireProfileFiles } from '../codex/profile.js';
import { DEFAULT_PROVIDER_ID, topLevel } from '../codex/provider.js';
import { providerInUse } from '../codex/provider-in-use.js';
import { runSession, type SessionEnd } from '../codex/session.js';
import { temporaryCatalog } from '../codex/temporary-catalog.js';
import { type Context, canAsk } from '../context.js';
import { type Examination, examine } from '../doctor/examination.js';
import { CliError } from '../errors.js';
import { parseFlags, type RunFlags } from '../options.js';
import { grouped } from '../ui/grouped.js';
import { printable } from '../ui/printable.js';
import { askChoice } from '../ui/prompt.js';
import { shellWord } from '../ui/shell-word.js';
import { openTerminal, type Terminal } from '../ui/terminal.js';
import { withChosenProfile } from './choose-profile.js';
import { extrasFor } from './run-extras.js';
import { givenArguments, givenEnvironment } from './run-given.js';
import { findTarget, reachServer, type Target } from './run-probe.js';
import { showNotes } from './show.js';

/**
 * `run`: starts Codex on LMDeploy. What the config says holds; what it lacks goes to Codex on its command line, the key
 * in a variable. Writes no file, but for a model catalog that goes with the process.
 *
 * @param passed the arguments for Codex; they come last, so that what a user says to Codex outdoes what this says
 * @returns the exit code of Codex
 */
export async function run(
  context: Context,
  raw: Record<string, unknown>,
  passed: readonly (string | undefined)[],
): Promise<number> {
  const args = passed.filter((arg) => arg !== undefined);
  refuseAddress(args);
  const said = passedArguments(args);
  const flags = await withProfile(
    context,
    await withChosenProfile(context, parseFlags('run', raw), true),
    said,
  );
  const terminal = openTerminal(context, flags);
  const examination = await examine(context, flags, terminal, () => async () => null);
  const prepared = prepare(examination, flags, said, terminal);
  const { codex, target, extras } = await prepared.finally(() => examination.close());
  tell(examination, target, flags.direct, terminal);
  const end = await withBridge(context, examination, target, flags.direct, (bridge) =>
    withCatalog(context, extras.catalog, async (path) => {
      // Codex refuses a second --profile (0.169.0).
      const profile = said.profile === undefined && flags.profile ? ['--profile', flags.profile] : [];
      const given = givenArguments(examination, target, extras.lean, path, bridge);
      return runSession(
        context,
        codex.path,
        [...profile, ...given, ...args],
        givenEnvironment(examination, bridge),
      );
    }),
  );
  return exitCode(end, codex, context);
}

/** The bridge lives in this process, says nothing on a terminal that is Codex's, and goes with it. */
async function withBridge<T>(
  context: Context,
  { settings }: Examination,
  { model }: Target,
  isDirect: boolean,
  work: (bridge: Bridge | null) => Promise<T>,
): Promise<T> {
  if (isDirect) return work(null);
  const keyVariable = settings.envKey.value;
  const bridge = await ownBridge(context, { upstream: settings.baseUrl.value, model, keyVariable });
  try {
    return await work(bridge);
  } finally {
    await bridge.close();
  }
}

/** @throws CliError where nothing can listen on loopback */
async function ownBridge(context: Context, to: Omit<BridgeOptions, 'port'>): Promise<Bridge> {
  const { startBridge } = await import('../bridge/server.js');
  try {
    return await startBridge(context, { ...to, port: 0 });
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    throw new CliError(
      error.code,
      error.message,
      'codex-lmdeploy run --direct   # without a bridge: no MCP tools, sub-agents or apply_patch',
    );
  }
}

/** Finds Codex, the server and the model, while the connections are open. */
async function prepare(examination: Examination, flags: RunFlags, said: PassedArguments, terminal: Terminal) {
  requireReadable(examination);
  const reaching = reachServer(examination, flags.wait, terminal);
  const [codex] = await Promise.all([requireCodex(examination), reaching]);
  if (flags.profile !== undefined) requireProfileFiles(codex);
  const { context } = examination;
  const choose = (served: readonly string[]) => askChoice(context, 'Which model should Codex use?', served);
  const ask = !flags.yes && canAsk(context) ? choose : null;
  const target = await findTarget(examination, { asked: said.model ?? flags.model, ask }, terminal);
  return { codex, target, extras: await extrasFor(examination, target, terminal, !flags.direct) };
}

async function withCatalog<T>(
  context: Context,
  json: string | null,
  work: (path: string | null) => Promise<T>,
): Promise<T> {
  if (json === null) return work(null);
  const catalog = await temporaryCatalog(context, json);
  try {
    return await work(catalog.path);
  } finally {
    await catalog.remove();
  }
}

/** `run URL` would start Codex with the address as its prompt, on another server. */
function refuseAddress([first, ...more]: readonly string[]): void {
  if (first === undefined || more.length > 0 || !/^https?:\/\/\S+$/.test(first)) return;
  throw new CliError(
    'usage',
    `What stands behind run goes to Codex, and ${printable(first)} alone is no prompt.`,
    `The server's address goes here: codex-lmdeploy run --base-url ${shellWord(first)}`,
  );
}

/** The profile named here or to Codex, else the one that `init --profile` writes where it is there. */
async function withProfile(context: Context, flags: RunFlags, said: PassedArguments): Promise<RunFlags> {
  await requireHome(codexHome(context, flags));
  const profile = said.profile ?? flags.profile ?? DEFAULT_PROFILE;
  const home = codexHome(context, { ...flags, profile });
  if (said.profile !== undefined) return { ...flags, profile };
  const config = await readConfig(home.configPath, flags.providerId ?? DEFAULT_PROVIDER_ID);
  if (flags.profile !== undefined) {
    if (config.state !== 'absent') return flags;
    throw new CliError(
      'profile-missing',
      `There is no profile "${profile}" (${home.configPath}), and Codex passes over one that is missing.`,
      `codex-lmdeploy init --profile ${profile}   # writes it; without --profile, run needs none`,
    );
  }
  if (config.state === 'absent') return flags;
  // What is wrong with one that is broken is said when it is looked at.
  if (config.state !== 'read') return { ...flags, profile };
  const wanted = flags.providerId ?? (await providerInUse(home, await layersOf(context, home)));
  return topLevel(config.document, 'model_provider') === wanted ? { ...flags, profile } : flags;
}

/** @throws CliError for a file that can't be read: what it says of the server can't be known */
function requireReadable({ config, userConfig }: Examination): void {
  for (const one of [userConfig, config])
    if (one.state === 'broken' || one.state === 'unreadable') throw one.error;
}

async function requireCodex({ codex }: Examination): Promise<InstalledCodex> {
  const installed = await codex();
  if (installed !== null) return installed;
  throw new CliError('codex-missing', 'No codex is on the PATH.', 'npm install -g @openai/codex');
}

function tell(
  { settings, layers, providerId }: Examination,
  target: Target,
  isDirect: boolean,
  terminal: Terminal,
): void {
  const { model, contextWindow } = target;
  const window = contextWindow === null ? '' : `, in a window of ${grouped(contextWindow)} tokens`;
  const way = isDirect ? '' : ', through a bridge';
  terminal.note(`Codex runs on ${printable(model)} at ${settings.baseUrl.value}${way}${window}.`);
  // A managed file alone outdoes the command line.
  const managed = layers.filter(({ kind }) => kind === 'managed');
  const notes = managed.map(({ path, document }) => overruled(path, document, { providerId, model }));
  showNotes(
    notes.filter((note) => note !== null),
    terminal,
  );
}

/** @throws CliError where Codex did not start */
function exitCode(end: SessionEnd, { path }: InstalledCodex, context: Context): number {
  switch (end.state) {
    case 'exited':
      return end.code;
    case 'killed':
      return context.endBy(end.signal);
    case 'not-started':
      throw new CliError(
        'codex-missing',
        `${path} did not start (${printable(end.reason)}).`,
        'npm install -g @openai/codex',
      );
  }
}
