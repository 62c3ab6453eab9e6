import { CHOICES } from './choices.js';
import type { Bridged } from './codex/journal.js';
import { DEFAULT_PROFILE } from './codex/profile.js';
import {
  DEFAULT_BRIDGE_PORT,
  DEFAULT_ENV_KEY,
  DEFAULT_PROVIDER_ID,
  type ProviderBlock,
  RESERVED_PROVIDER_IDS,
} from './codex/provider.js';
import type { Environment } from './context.js';
import { CliError } from './errors.js';
import {
  alone,
  filled,
  flag,
  matching,
  negatable,
  oneOf,
  optional,
  otherwise,
  type Read,
  type Reader,
  readFlags,
  several,
  unsetFlag,
} from './flag.js';
import { apiRoot, DEFAULT_BASE_URL } from './lmdeploy/address.js';

const ASK_TIMEOUT_S = 30;
const GENERATE_TIMEOUT_S = 120;

/** A port as it was typed. */
const portOf =
  (wrong: string): Reader<string> =>
  (given, refuse) => {
    if (/^[1-9]\d{0,4}$/.test(given) && Number(given) < 65_536) return given;
    throw refuse(wrong);
  };

const port = portOf('--port has to be a number from 1 to 65535');

const bridgePort: Reader<number> = (given, refuse) =>
  Number(portOf('--bridge takes a port from 1 to 65535; put the URL first')(given, refuse));

const count = (what: string) =>
  matching(/^[1-9]\d{0,11}$/, `${what} has to be a whole number above 0`, Number);

const variableName = (option: string) =>
  matching(
    /^[A-Za-z_][A-Za-z0-9_]*$/,
    `${option} has to be the name of a variable (letters, digits, underscores), never the key itself`,
  );

const providerId: Reader<string> = (given, refuse) => {
  const id = matching(/^[A-Za-z0-9_-]{1,64}$/, '--provider-id takes letters, digits, "-" and "_"')(
    given,
    refuse,
  );
  if (!RESERVED_PROVIDER_IDS.includes(id)) return id;
  throw refuse(`Codex keeps these provider ids for itself: ${RESERVED_PROVIDER_IDS.join(', ')}`);
};

/** A name that Codex takes for a profile's. */
const profile = matching(
  /^[A-Za-z0-9_-]{1,64}$/,
  '--profile takes a name of letters, digits, "-" and "_"; put the URL first',
);

/** The flags that mean the same on every command, as typed values. */
const commonFlags = {
  baseUrl: optional(apiRoot),
  codexHome: optional(filled('--codex-home needs a folder')),
  /** None: the one that `init` wrote and the config selects, else the usual one. */
  providerId: optional(providerId),
  profile: optional(alone(DEFAULT_PROFILE, profile)),
  /** false: `--no-env-key`. */
  envKey: optional(negatable(variableName('--env-key'))),
  timeout: optional(
    matching(
      /^(?!0+(\.0+)?$)\d{1,6}(\.\d{1,3})?$/,
      '--timeout has to be a number of seconds above 0',
      Number,
    ),
  ),
  json: flag(false),
  yes: flag(false),
  quiet: flag(false),
  verbose: flag(false),
  color: flag(true),
};
export type CommonFlags = Read<typeof commonFlags>;

/** Whose block is written, printed or removed is decided by no config. */
const ourProvider = otherwise(DEFAULT_PROVIDER_ID, providerId);

/** What decides the text of a config, whether it is written or printed. */
const configFlags = {
  ...commonFlags,
  providerId: ourProvider,
  model: optional(filled('--model needs a name')),
  name: optional(filled('--name needs a text')),
  contextWindow: optional(count('--context-window')),
  /** undefined: as a profile or an earlier run has it. */
  catalog: unsetFlag,
  lean: unsetFlag,
  prompt: optional(oneOf(CHOICES.prompt, '--prompt takes codex or compact')),
  streamIdleTimeout: optional(count('--stream-idle-timeout')),
  /** false: `--no-bridge`. */
  bridge: optional(negatable(alone(DEFAULT_BRIDGE_PORT, bridgePort))),
  offline: flag(false),
  force: flag(false),
};
export type ConfigFlags = Read<typeof configFlags>;

const bridgeFlags = {
  ...commonFlags,
  port: optional(port),
  host: optional(filled('--host needs an address')),
  expose: flag(false),
};
export type BridgeFlags = Read<typeof bridgeFlags>;

const removeFlags = {
  ...commonFlags,
  providerId: ourProvider,
  all: flag(false),
  dryRun: flag(false),
  verify: flag(true),
};
export type RemoveFlags = Read<typeof removeFlags>;

/** The `/v1` roots of several servers. */
const server = optional(several(apiRoot));

const initFlags = {
  ...configFlags,
  dryRun: flag(false),
  check: flag(false),
  verify: flag(true),
  allModels: flag(false),
  server,
};
export type InitFlags = Read<typeof initFlags>;

const ids = (text: string) =>
  text
    .split(',')
    .map((id) => id.trim())
    .filter(Boolean);

const DEFAULT_WAIT_S = 600;

/** In seconds. */
const wait = alone(
  DEFAULT_WAIT_S,
  matching(/^[1-9]\d{0,5}$/, '--wait takes a whole number of seconds above 0; put the URL first', Number),
);

const doctorFlags = {
  ...commonFlags,
  only: optional(ids),
  skip: optional(ids),
  list: flag(false),
  wait: optional(wait),
  live: flag(false),
  strict: flag(false),
  each: flag(false),
  server,
};
export type DoctorFlags = Read<typeof doctorFlags>;

const runFlags = {
  ...commonFlags,
  model: optional(filled('--model needs a name')),
  direct: flag(false),
  wait: optional(wait),
};
export type RunFlags = Read<typeof runFlags>;

/** bash and zsh read what sh does. */
const shell: Reader<'sh' | 'fish' | 'powershell'> = (given, refuse) => {
  const name = oneOf(CHOICES.shell, '--shell is one of sh (bash, zsh), fish, powershell')(given, refuse);
  return name === 'bash' || name === 'zsh' ? 'sh' : name;
};

const envFlags = { ...commonFlags, shell: optional(shell) };
export type EnvFlags = Read<typeof envFlags>;

const demoFlags = { ...commonFlags, keep: flag(false) };

const printFlags = {
  ...configFlags,
  port: optional(port),
  sessionLen: optional(count('--session-len')),
  apiKeysFrom: optional(variableName('--api-keys-from')),
  server,
  fromProxy: optional(apiRoot),
  all: flag(false),
};
export type PrintFlags = Read<typeof printFlags>;

const COMMANDS = {
  init: initFlags,
  doctor: doctorFlags,
  models: commonFlags,
  print: printFlags,
  env: envFlags,
  run: runFlags,
  bridge: bridgeFlags,
  remove: removeFlags,
  demo: demoFlags,
};

/**
 * What stood on the command line as typed flags. `[url]` and `--base-url` are one.
 *
 * @throws CliError `usage`
 */
export function parseFlags<C extends keyof typeof COMMANDS>(
  command: C,
  raw: Readonly<Record<string, unknown>>,
  url?: string,
): Read<(typeof COMMANDS)[C]> {
  const refuse = (message: string) =>
    new CliError('usage', `${message}.`, `codex-lmdeploy ${command} --help lists what it takes.`);
  const named = raw['baseUrl'] as string | undefined;
  if (url !== undefined && named !== undefined && apiRoot(url) !== apiRoot(named))
    throw refuse(`Two different servers are given: ${url} and --base-url ${named}`);
  return readFlags(COMMANDS[command], url === undefined ? raw : { ...raw, baseUrl: url }, refuse);
}

/** A value, and the layer that gave it. */
interface Sourced<T> {
  readonly value: T;
  readonly from: 'flag' | 'environment' | 'config' | 'default';
}

/** What holds after all layers: flags > environment > our existing block > defaults. */
export interface Settings {
  readonly baseUrl: Sourced<string>;
  /** The variable that holds the key; null: Codex sends none. */
  readonly envKey: Sourced<string | null>;
  /** The key for the probes, out of that variable (or the block's own token). Never shown, never written. */
  readonly key: string | undefined;
  /** Our block in the config as it stands. */
  readonly block: ProviderBlock | null;
  /** The server that the block leads to, through a bridge the one behind it; null where it leads to none. */
  readonly configured: string | null;
  /** The bridge in the path; null: none. The server behind it is what `baseUrl` says. */
  readonly bridge: Bridged | null;
  readonly askTimeoutMs: number;
  readonly generateTimeoutMs: number;
}

/**
 * Lays the layers over each other.
 *
 * @param block our block in the config as it stands, if there is one
 * @param bridge the bridge that it names, if it names one
 */
export function settle(
  flags: CommonFlags,
  env: Environment,
  block: ProviderBlock | null,
  bridge: Bridged | null = null,
): Settings {
  const envKey = envKeyOf(flags, block);
  const configured = bridge?.server ?? configuredRoot(block);
  return {
    baseUrl: baseUrlOf(flags, env, configured),
    envKey,
    key: usableKey(envKey.value === null ? block?.bearer : env[envKey.value]),
    block,
    configured,
    bridge,
    askTimeoutMs: (flags.timeout ?? ASK_TIMEOUT_S) * 1000,
    generateTimeoutMs: (flags.timeout ?? GENERATE_TIMEOUT_S) * 1000,
  };
}

/** A key that an HTTP header can carry; `key.variable` tells the user about one that can't. */
function usableKey(value: string | null | undefined): string | undefined {
  // Blanks around it get lost on the way, as they do with Codex; a line end makes it useless there too.
  const key = value?.replace(/^[ \t]+|[ \t]+$/g, '') ?? '';
  return /^[\u0020-\u007e]+$/.test(key) ? key : undefined;
}

function baseUrlOf(flags: CommonFlags, env: Environment, configured: string | null): Sourced<string> {
  if (flags.baseUrl !== undefined) return { value: flags.baseUrl, from: 'flag' };
  const variable = env['LMDEPLOY_BASE_URL'];
  if (variable !== undefined && variable !== '') return { value: apiRoot(variable), from: 'environment' };
  if (configured !== null) return { value: configured, from: 'config' };
  return { value: DEFAULT_BASE_URL, from: 'default' };
}

/** The `/v1` root that a block names. An address in a config may be anything; `config.provider` names one that is none. */
export function configuredRoot(block: ProviderBlock | null): string | null {
  try {
    return block?.baseUrl ? apiRoot(block.baseUrl) : null;
  } catch {
    return null;
  }
}

function envKeyOf(flags: CommonFlags, block: ProviderBlock | null): Sourced<string | null> {
  if (flags.envKey !== undefined) return { value: flags.envKey || null, from: 'flag' };
  if (block !== null) return { value: block.envKey, from: 'config' };
  return { value: DEFAULT_ENV_KEY, from: 'default' };
}
