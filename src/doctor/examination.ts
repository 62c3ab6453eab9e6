import { askCodex, type Verdict } from '../codex/ask.js';
import { type ConfigRead, readConfig } from '../codex/config.js';
import { merge, valueAt } from '../codex/effective.js';
import { type CodexHome, codexHome } from '../codex/home.js';
import { codexOnPath, findCodex, type InstalledCodex } from '../codex/installed.js';
import { isAbove, type Layer, layersOf } from '../codex/layers.js';
import { DEFAULT_PROVIDER_ID, isVariableName, providerBlock, topLevel } from '../codex/provider.js';
import { firstTurn } from '../codex/recorder.js';
import type { Context } from '../context.js';
import { Client } from '../lmdeploy/client.js';
import { type ChooseModel, type Discovery, discover, type Look } from '../lmdeploy/discover.js';
import { type LaunchOptions, launchWithGap } from '../lmdeploy/launch.js';
import { once } from '../once.js';
import { type CommonFlags, type Settings, settle } from '../options.js';
import type { TomlTable } from '../toml/read.js';
import { quoted } from '../ui/shell-word.js';
import type { Terminal } from '../ui/terminal.js';

/** All that the checks look at, gathered once. What costs a process or a request waits until it is wanted. */
export interface Examination {
  readonly context: Context;
  readonly providerId: string;
  readonly home: CodexHome;
  /** The file that is worked on: `config.toml`, or a profile. */
  readonly config: ConfigRead;
  /** `config.toml`; the same as `config` where no profile is worked on. */
  readonly userConfig: ConfigRead;
  /** Every config file that counts here, the strongest first. */
  readonly layers: readonly Layer[];
  /** What those of them say together that this program could write: profile, user and system. */
  readonly own: TomlTable;
  /** What all of them say together: what Codex goes by. */
  readonly effective: TomlTable;
  readonly settings: Settings;
  readonly discovery: Discovery;
  /** The model that the config selects on our provider; null where it selects none. */
  readonly configuredModel: string | null;
  /** The context window that the config gives that model, in tokens; null where it gives none. */
  readonly configuredWindow: number | null;
  codex(): Promise<InstalledCodex | null>;
  /** What Codex says of the config as it was when first asked. */
  verdict(): Promise<Verdict>;
  /** What Codex says of the config now. */
  askAgain(): Promise<Verdict>;
  /** A line that starts a server which Codex can use, on the port in question. */
  launchLine(model?: string | null, options?: LaunchOptions): string;
  /** The `init` that sets up what is worked on here, with the same flags. */
  initLine(options?: { address?: string; more?: string[] }): string;
  /** Closes every connection and ends what still runs. */
  close(): Promise<void>;
}

/** How a command picks the model that turns are tried with. It sees what was gathered before. */
export type Chooser = (seen: { configuredModel: string | null }) => ChooseModel;

/**
 * Reads the config, lays the options over it and gets ready to look at Codex and the server.
 *
 * @param look what the command wants of the look at the server
 * @throws CliError `usage` for an address that can't be used
 */
export async function examine(
  caller: Context,
  flags: CommonFlags,
  terminal: Terminal,
  chooser: Chooser,
  look: Look = {},
): Promise<Examination> {
  const ending = new AbortController();
  const context = { ...caller, signal: AbortSignal.any([caller.signal, ending.signal]) };
  const home = codexHome(context, flags);
  const { providerId } = flags;
  const config = await readConfig(home.configPath, providerId);
  const userConfig = home.profile === null ? config : await readConfig(home.userConfigPath, providerId);
  const layers = await layersOf(context, home);
  // What lies above is not this program's to write: `config.layers` names where it decides.
  const own = merge(layers.filter((layer) => !isAbove(layer)));
  const settings = withoutKeyAsName(settle(flags, context.env, providerBlock(own, providerId)));
  const configuredModel = topLevel(own, 'model_provider') === providerId ? topLevel(own, 'model') : null;
  const configuredWindow = configuredModel === null ? null : windowIn(own);
  const client = new Client({
    baseUrl: settings.baseUrl.value,
    key: settings.key,
    env: context.env,
    platform: context.platform,
    signal: context.signal,
    askTimeoutMs: settings.askTimeoutMs,
    generateTimeoutMs: settings.generateTimeoutMs,
    log: terminal.trace,
  });
  const codex = once(() => findCodex(context));
  const keyVariables = settings.envKey.value === null ? [] : [settings.envKey.value];
  const ask = async (): Promise<Verdict> => {
    const path = codexOnPath(context);
    if (path === null) return { state: 'unknown', why: 'no Codex is installed' };
    return askCodex(context, { path }, home, keyVariables);
  };
  const discovery: Discovery = discover(client, chooser({ configuredModel }), {
    statedWindow: configuredWindow,
    firstTurn: async () => (await firstTurn(context, await codex(), (await discovery.model()) ?? '')).body,
    onProbe: (inFlight) => inFlight.length > 0 && terminal.update(`Trying ${inFlight.join(', ')}`),
    ...look,
  });
  return {
    context,
    providerId,
    home,
    config,
    userConfig,
    layers,
    own,
    effective: merge(layers),
    settings,
    configuredModel,
    configuredWindow,
    discovery,
    codex,
    verdict: once(ask),
    askAgain: ask,
    launchLine: (model, options) => {
      const { port } = new URL(settings.baseUrl.value);
      return launchWithGap(model ?? configuredModel ?? 'Qwen/Qwen3.5-35B-A3B', { port, ...options });
    },
    initLine: ({ address = settings.baseUrl.value, more = [] } = {}) =>
      [
        ...['codex-lmdeploy init', address],
        ...(home.profile === null ? [] : [`--profile ${home.profile}`]),
        ...(providerId === DEFAULT_PROVIDER_ID ? [] : [`--provider-id ${providerId}`]),
        ...(home.namedBy === '--codex-home' ? [`--codex-home ${quoted(home.path)}`] : []),
        ...more,
      ].join(' '),
    async close() {
      ending.abort();
      await client.close();
    },
  };
}

function windowIn(config: TomlTable): number | null {
  const window = valueAt(config, ['model_context_window']);
  return typeof window === 'number' && Number.isInteger(window) && window > 0 ? window : null;
}

/** An `env_key` that is no name may be the key itself: nobody who names variables gets to see it. */
function withoutKeyAsName(settings: Settings): Settings {
  const { value, from } = settings.envKey;
  return value === null || isVariableName(value) ? settings : { ...settings, envKey: { value: null, from } };
}
