import { askBridge, type BridgeSeen } from '../bridge/ask.js';
import { behindBridge } from '../bridge/behind.js';
import { askCodex, type Verdict } from '../codex/ask.js';
import { bridgeInUse } from '../codex/bridge-in-use.js';
import { turnCatalog } from '../codex/catalog.js';
import { type CatalogRead, catalogInForce, entryOf } from '../codex/catalog-in-force.js';
import { type ConfigRead, readConfig } from '../codex/config.js';
import { merge, valueAt } from '../codex/effective.js';
import { type CodexHome, codexHome } from '../codex/home.js';
import { codexOnPath, findCodex, type InstalledCodex } from '../codex/installed.js';
import { isAbove, type Layer, layersOf } from '../codex/layers.js';
import { profilesWritten } from '../codex/our-profiles.js';
import {
  DEFAULT_ENV_KEY,
  DEFAULT_PROVIDER_ID,
  isVariableName,
  keyVariablesIn,
  providerBlock,
  topLevel,
} from '../codex/provider.js';
import { providerInUse } from '../codex/provider-in-use.js';
import { firstTurn } from '../codex/recorder.js';
import { shapeOf, shapingIn, type TurnShape } from '../codex/turn-shape.js';
import type { Context } from '../context.js';
import { isLoopback } from '../lmdeploy/address.js';
import { Client } from '../lmdeploy/client.js';
import { type ChooseModel, type Discovery, discover, type Look } from '../lmdeploy/discover.js';
import { type LaunchOptions, launchRemedy, reasoningParserFor } from '../lmdeploy/launch.js';
import { reasoningSeen } from '../lmdeploy/told-turns.js';
import { once } from '../once.js';
import type { CommonFlags } from '../options.js';
import { configuredRoot, type Settings, settle } from '../settings.js';
import type { TomlTable } from '../toml/read.js';
import { quoted, shellWord } from '../ui/shell-word.js';
import type { Terminal } from '../ui/terminal.js';
import type { Fleet } from './fleet.js';

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
  /** The model catalog that the layers name. */
  readonly catalog: CatalogRead;
  readonly settings: Settings;
  readonly discovery: Discovery;
  /** The model that the config selects on our provider; null where it selects none. */
  readonly configuredModel: string | null;
  /** The context window, in tokens, that Codex reckons with for that model, and what says so; null: nothing does. */
  readonly configuredWindow: { readonly tokens: number; readonly from: 'config' | 'catalog' } | null;
  /** The servers beside or behind it, where several are looked at; null: it is about one. */
  readonly fleet: Fleet | null;
  /** What answers where the bridge in the path should be; null: there is none. */
  bridge(): Promise<BridgeSeen | null>;
  codex(): Promise<InstalledCodex | null>;
  /** What Codex says of the config as it was when first asked. */
  verdict(): Promise<Verdict>;
  /** What Codex says of the config now. */
  askAgain(): Promise<Verdict>;
  /** A line that starts a server which Codex can use, on the port in question; what it does stands behind it. */
  launchLine(what: string, options?: LaunchOptions): Promise<string>;
  /** The same for one that is down; where its address is nobody's word, also how to give another one. */
  startLine(): Promise<string>;
  /** The `init` that sets up what is worked on here, with the same flags. */
  initLine(options?: { address?: string; more?: string[] }): string;
  /** The `remove` that takes that back. */
  removeLine(): string;
  /** Closes every connection and ends what still runs. */
  close(): Promise<void>;
}

/** What a command wants of the look at the server. */
export interface Looking {
  readonly look?: Look;
  /** What the first turn of a session will be like; by itself: as the config has it. */
  readonly shape?: (examination: Examination, model: string) => Promise<TurnShape>;
  /** Whether a bridge will carry it; by itself: where one is in the path. */
  readonly isBridged?: (settings: Settings) => boolean;
  /** Where Codex's files are, where that is not for the flags alone to say. */
  readonly home?: CodexHome;
  /** Nothing is asked, not even whether an address is a bridge's. */
  readonly isOffline?: boolean;
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
  {
    look = {},
    shape,
    isBridged = ({ bridge }) => bridge !== null,
    isOffline = false,
    home = codexHome(caller, flags),
  }: Looking = {},
): Promise<Examination> {
  const ending = new AbortController();
  const context = { ...caller, signal: AbortSignal.any([caller.signal, ending.signal]) };
  const layers = await layersOf(context, home);
  const providerId = flags.providerId ?? (await providerInUse(home, layers));
  const config = await readConfig(home.configPath, providerId);
  const userConfig = home.profile === null ? config : await readConfig(home.userConfigPath, providerId);
  // What lies above is not this program's to write: `config.layers` names where it decides.
  const own = merge(layers.filter((layer) => !isAbove(layer)));
  const block = providerBlock(own, providerId);
  const remembered = await bridgeInUse(home, providerId, configuredRoot(block));
  const settled = withoutKeyAsName(settle(flags, context.env, block, remembered ?? null));
  const { value: address } = settled.baseUrl;
  const isKnown = remembered === null && address === settled.configured;
  const mayAsk = !isOffline && !isKnown && (config.state === 'read' || config.state === 'absent');
  const settings = mayAsk ? await behindBridge(context, settled, terminal.trace) : settled;
  const { bridge } = settings;
  const configuredModel = topLevel(own, 'model_provider') === providerId ? topLevel(own, 'model') : null;
  const catalog = await catalogInForce(layers);
  const configuredWindow = configuredModel === null ? null : windowIn(own, catalog, configuredModel);
  const clients: Client[] = [];
  const clientFor = (baseUrl: string): Client => {
    const client = new Client({
      baseUrl,
      key: settings.key,
      env: context.env,
      platform: context.platform,
      signal: context.signal,
      askTimeoutMs: settings.askTimeoutMs,
      generateTimeoutMs: settings.generateTimeoutMs,
      log: terminal.trace,
    });
    clients.push(client);
    return client;
  };
  const client = clientFor(settings.baseUrl.value);
  const codex = once(() => findCodex(context));
  const { value: variable } = settings.envKey;
  const keyVariables = [...(variable === null ? [] : [variable]), ...keyVariablesIn(merge(layers))];
  const ask = async (): Promise<Verdict> => {
    const path = codexOnPath(context);
    if (path === null) return { state: 'unknown', why: 'no Codex is installed' };
    return askCodex(context, { path }, home, keyVariables);
  };
  const discovery: Discovery = discover(client, chooser({ configuredModel }), {
    statedWindow: configuredWindow?.tokens ?? null,
    async firstTurn() {
      const model = (await discovery.model()) ?? '';
      const wanted = await (shape?.(examination, model) ?? shapeInForce(examination, model));
      const { body } = await firstTurn(context, await codex(), model, wanted);
      if (!isBridged(settings)) return body;
      const { translateTurn } = await import('../bridge/translate/turn.js');
      return translateTurn(body).body;
    },
    onProbe: (inFlight) => inFlight.length > 0 && terminal.update(`Trying ${inFlight.join(', ')}`),
    ...look,
  });
  const sameFlags = [
    ...(home.profile === null ? [] : [`--profile ${home.profile}`]),
    ...(providerId === DEFAULT_PROVIDER_ID ? [] : [`--provider-id ${providerId}`]),
    ...(home.namedBy === '--codex-home' ? [`--codex-home ${quoted(home.path)}`] : []),
  ];
  const { hostname, port } = new URL(settings.baseUrl.value);
  const host = isLoopback(settings.baseUrl.value) ? null : hostname;
  // A server that is started again without its keys would be open to everybody.
  const launchOptions = async (model: string): Promise<LaunchOptions> => {
    const { lock } = await discovery.models();
    return {
      port,
      ...(lock?.ofLmdeploy && { apiKeysFrom: settings.envKey.value ?? DEFAULT_ENV_KEY }),
      ...reasoningParserFor(model, await thoughtsSeen(discovery)),
    };
  };
  const examination: Examination = {
    context,
    providerId,
    home,
    config,
    userConfig,
    layers,
    own,
    effective: merge(layers),
    catalog,
    settings,
    configuredModel,
    configuredWindow,
    discovery,
    fleet: null,
    bridge: once(async () => (bridge === null ? null : askBridge(clientFor(bridge.address)))),
    codex,
    verdict: once(ask),
    askAgain: ask,
    async launchLine(what, options) {
      const model = (await discovery.model()) ?? configuredModel ?? 'Qwen/Qwen3.5-35B-A3B';
      return launchRemedy(model, what, host, { ...(await launchOptions(model)), ...options });
    },
    async startLine() {
      if (settings.baseUrl.from !== 'default') return examination.launchLine('starts it');
      const [profile] = home.profile === null ? await profilesWritten(home, providerId) : [];
      const other = profile === undefined ? '' : `, or --profile ${profile}, which init has written`;
      return examination.launchLine(
        `starts it, if it is to run here; elsewhere: --base-url http://HOST:23333${other}`,
      );
    },
    initLine: ({ address = settings.baseUrl.value, more = [] } = {}) =>
      ['codex-lmdeploy init', shellWord(address), ...sameFlags, ...more].join(' '),
    removeLine: () => ['codex-lmdeploy remove', ...sameFlags].join(' '),
    async close() {
      ending.abort();
      await Promise.all(clients.map((one) => one.close()));
    },
  };
  return examination;
}

/** How the model thinks, by the plain turn alone. An answer without a word tells nothing. */
async function thoughtsSeen(discovery: Discovery): Promise<'none' | 'separate' | 'inline' | null> {
  const seen = reasoningSeen(await discovery.atFirst());
  return seen === null || seen.swallowed ? null : seen.kind;
}

/** The first turn as the config in force makes it. */
export function shapeInForce({ effective, catalog }: Examination, model: string): TurnShape {
  const entry = entryOf(catalog, model);
  return shapeOf(shapingIn(effective), entry && turnCatalog(entry));
}

/** What a config says outdoes its catalog (0.169.0). */
function windowIn(config: TomlTable, catalog: CatalogRead, model: string): Examination['configuredWindow'] {
  const stated = valueAt(config, ['model_context_window']);
  const isWindow = (value: unknown): value is number => Number.isInteger(value) && Number(value) > 0;
  if (isWindow(stated)) return { tokens: stated, from: 'config' };
  const tokens = entryOf(catalog, model)?.context_window;
  return isWindow(tokens) ? { tokens, from: 'catalog' } : null;
}

/** An `env_key` that is no name may be the key itself: nobody who names variables gets to see it. */
function withoutKeyAsName(settings: Settings): Settings {
  const { value, from } = settings.envKey;
  return value === null || isVariableName(value) ? settings : { ...settings, envKey: { value: null, from } };
}
