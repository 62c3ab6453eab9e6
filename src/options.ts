import { CHOICES } from './choices.js';
import { DEFAULT_PROFILE } from './codex/profile.js';
import { DEFAULT_BRIDGE_PORT, DEFAULT_PROVIDER_ID, RESERVED_PROVIDER_IDS } from './codex/provider.js';
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
import { apiRoot } from './lmdeploy/address.js';

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
