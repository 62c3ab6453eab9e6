import { askCodex, type Verdict } from '../codex/ask.js';
import { type ConfigRead, readConfig } from '../codex/config.js';
import { type CodexHome, codexHome } from '../codex/home.js';
import { findCodex, type InstalledCodex } from '../codex/installed.js';
import { topLevel } from '../codex/provider.js';
import type { Context } from '../context.js';
import { Client } from '../lmdeploy/client.js';
import { type ChooseModel, type Discovery, discover } from '../lmdeploy/discover.js';
import { launch } from '../lmdeploy/launch.js';
import { once } from '../once.js';
import { type CommonFlags, type Settings, settle } from '../options.js';
import type { Terminal } from '../ui/terminal.js';

/** All that the checks look at, gathered once. What costs a process or a request waits until it is wanted. */
export interface Examination {
  readonly context: Context;
  readonly providerId: string;
  readonly home: CodexHome;
  readonly config: ConfigRead;
  readonly settings: Settings;
  readonly discovery: Discovery;
  /** The model that the config selects on our provider; null where it selects none. */
  readonly configuredModel: string | null;
  codex(): Promise<InstalledCodex | null>;
  /** What Codex says of the config as it was when first asked. */
  verdict(): Promise<Verdict>;
  /** What Codex says of the config now. */
  askAgain(): Promise<Verdict>;
  /** A line that starts a server which Codex can use, on the port in question. */
  launchLine(model?: string | null): string;
  /** Closes every connection and ends what still runs. */
  close(): Promise<void>;
}

/** How a command picks the model that turns are tried with. It sees what was gathered before. */
export type Chooser = (seen: { configuredModel: string | null }) => ChooseModel;

/**
 * Reads the config, lays the options over it and gets ready to look at Codex and the server.
 *
 * @throws CliError `usage` for an address that can't be used
 */
export async function examine(
  caller: Context,
  flags: CommonFlags,
  terminal: Terminal,
  chooser: Chooser,
): Promise<Examination> {
  const ending = new AbortController();
  const context = { ...caller, signal: AbortSignal.any([caller.signal, ending.signal]) };
  const home = codexHome(context, flags);
  const { providerId } = flags;
  const config = await readConfig(home.configPath, providerId);
  // What a profile does not say, the config below it does.
  const layers =
    home.profile === null ? [config] : [config, await readConfig(home.userConfigPath, providerId)];
  const read = layers.filter((one) => one.state === 'read');
  const settings = settle(flags, context.env, read.find(({ block }) => block !== null)?.block ?? null);
  const first = (key: string) =>
    read.map(({ document }) => topLevel(document, key)).find((value) => value !== null) ?? null;
  const configuredModel = first('model_provider') === providerId ? first('model') : null;
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
    const installed = await codex();
    if (installed === null) return { state: 'unknown', why: 'no Codex is installed' };
    return askCodex(context, installed, home, keyVariables);
  };
  return {
    context,
    providerId,
    home,
    config,
    settings,
    configuredModel,
    discovery: discover(client, chooser({ configuredModel })),
    codex,
    verdict: once(ask),
    askAgain: ask,
    launchLine: (model) => {
      const { port } = new URL(settings.baseUrl.value);
      return launch(model ?? configuredModel ?? 'Qwen/Qwen3.5-35B-A3B', port).line;
    },
    async close() {
      ending.abort();
      await client.close();
    },
  };
}
