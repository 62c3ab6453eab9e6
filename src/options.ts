import { z } from 'zod';
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
import { apiRoot, DEFAULT_BASE_URL } from './lmdeploy/address.js';

const ASK_TIMEOUT_S = 30;
const GENERATE_TIMEOUT_S = 120;

const isPort = (text: string) => /^[1-9]\d{0,4}$/.test(text) && Number(text) < 65_536;

const port = z.string().refine(isPort, { error: '--port has to be a number from 1 to 65535' });

/** `--bridge` alone, or with a port; false: `--no-bridge`. */
const bridge = z
  .union([
    z
      .string()
      .refine(isPort, { error: '--bridge takes a port from 1 to 65535; put the URL first' })
      .transform(Number),
    z.literal(true).transform(() => DEFAULT_BRIDGE_PORT),
    z.literal(false),
  ])
  .optional();

const count = (what: string) =>
  z
    .string()
    .regex(/^[1-9]\d{0,11}$/, { error: `${what} has to be a whole number above 0` })
    .transform(Number);

const variableName = (option: string) =>
  z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, {
    error: `${option} has to be the name of a variable (letters, digits, underscores), never the key itself`,
  });

const providerId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,64}$/, { error: '--provider-id takes letters, digits, "-" and "_"' })
  .refine((id) => !RESERVED_PROVIDER_IDS.includes(id), {
    error: `Codex keeps these provider ids for itself: ${RESERVED_PROVIDER_IDS.join(', ')}`,
  });

/** `--profile` alone, or with a name that Codex takes for one (letters, digits, "-", "_"). */
const profile = z
  .union([
    z.literal(true).transform(() => DEFAULT_PROFILE),
    z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, {
      error: '--profile takes a name of letters, digits, "-" and "_"; put the URL first',
    }),
  ])
  .optional();

/** The flags that mean the same on every command, as typed values. */
const commonFlags = z.object({
  baseUrl: z.string().transform(apiRoot).optional(),
  codexHome: z.string().min(1, { error: '--codex-home needs a folder' }).optional(),
  /** None: the one that `init` wrote and the config selects, else the usual one. */
  providerId: providerId.optional(),
  profile,
  /** false: `--no-env-key`. */
  envKey: z.union([variableName('--env-key'), z.literal(false)]).optional(),
  timeout: z
    .string()
    .regex(/^(?!0+(\.0+)?$)\d{1,6}(\.\d{1,3})?$/, {
      error: '--timeout has to be a number of seconds above 0',
    })
    .transform(Number)
    .optional(),
  json: z.boolean().default(false),
  yes: z.boolean().default(false),
  quiet: z.boolean().default(false),
  verbose: z.boolean().default(false),
  color: z.boolean().default(true),
});
export type CommonFlags = z.infer<typeof commonFlags>;

/** Whose block is written, printed or removed is decided by no config. */
const ourProvider = providerId.default(DEFAULT_PROVIDER_ID);

/** What decides the text of a config, whether it is written or printed. */
const configFlags = commonFlags.extend({
  providerId: ourProvider,
  model: z.string().min(1, { error: '--model needs a name' }).optional(),
  name: z.string().min(1, { error: '--name needs a text' }).optional(),
  contextWindow: count('--context-window').optional(),
  /** undefined: as a profile or an earlier run has it. */
  catalog: z.boolean().optional(),
  lean: z.boolean().optional(),
  prompt: z.enum(CHOICES.prompt, { error: '--prompt takes codex or compact' }).optional(),
  streamIdleTimeout: count('--stream-idle-timeout').optional(),
  bridge,
  offline: z.boolean().default(false),
  force: z.boolean().default(false),
});
export type ConfigFlags = z.infer<typeof configFlags>;

const initFlags = configFlags.extend({
  dryRun: z.boolean().default(false),
  check: z.boolean().default(false),
  verify: z.boolean().default(true),
});
export type InitFlags = z.infer<typeof initFlags>;

const bridgeFlags = commonFlags.extend({
  port: port.optional(),
  host: z.string().min(1, { error: '--host needs an address' }).optional(),
  expose: z.boolean().default(false),
});
export type BridgeFlags = z.infer<typeof bridgeFlags>;

const removeFlags = commonFlags.extend({
  providerId: ourProvider,
  all: z.boolean().default(false),
  dryRun: z.boolean().default(false),
  verify: z.boolean().default(true),
});
export type RemoveFlags = z.infer<typeof removeFlags>;

const ids = z
  .string()
  .transform((text) =>
    text
      .split(',')
      .map((id) => id.trim())
      .filter(Boolean),
  )
  .optional();

const DEFAULT_WAIT_S = 600;

/** `--wait` alone, or with a number of seconds. */
const wait = z
  .union([
    z
      .string()
      .regex(/^[1-9]\d{0,5}$/, { error: '--wait takes a whole number of seconds above 0; put the URL first' })
      .transform(Number),
    z.literal(true).transform(() => DEFAULT_WAIT_S),
  ])
  .optional();

const doctorFlags = commonFlags.extend({
  only: ids,
  skip: ids,
  list: z.boolean().default(false),
  /** In seconds. */
  wait,
  live: z.boolean().default(false),
  strict: z.boolean().default(false),
});
export type DoctorFlags = z.infer<typeof doctorFlags>;

const runFlags = commonFlags.extend({
  model: z.string().min(1, { error: '--model needs a name' }).optional(),
  direct: z.boolean().default(false),
  /** In seconds. */
  wait,
});
export type RunFlags = z.infer<typeof runFlags>;

const envFlags = commonFlags.extend({
  shell: z
    .enum(CHOICES.shell, {
      error: '--shell is one of sh (bash, zsh), fish, powershell',
    })
    .transform((shell) => (shell === 'bash' || shell === 'zsh' ? 'sh' : shell))
    .optional(),
});
export type EnvFlags = z.infer<typeof envFlags>;

const demoFlags = commonFlags.extend({ keep: z.boolean().default(false) });
export type DemoFlags = z.infer<typeof demoFlags>;

const printFlags = configFlags.extend({
  port: port.optional(),
  sessionLen: count('--session-len').optional(),
  apiKeysFrom: variableName('--api-keys-from').optional(),
});
export type PrintFlags = z.infer<typeof printFlags>;

const SCHEMAS = {
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
export function parseFlags<C extends keyof typeof SCHEMAS>(
  command: C,
  raw: Readonly<Record<string, unknown>>,
  url?: string,
): z.infer<(typeof SCHEMAS)[C]> {
  const named = raw['baseUrl'] as string | undefined;
  if (url !== undefined && named !== undefined && apiRoot(url) !== apiRoot(named))
    throw usage(`Two different servers are given: ${url} and --base-url ${named}.`, command);
  const parsed = SCHEMAS[command].safeParse(url === undefined ? raw : { ...raw, baseUrl: url });
  if (parsed.success) return parsed.data as z.infer<(typeof SCHEMAS)[C]>;
  const issue = parsed.error.issues[0];
  const inner = issue?.code === 'invalid_union' ? issue.errors[0]?.[0] : issue;
  throw usage(`${inner?.message ?? 'wrong usage'}.`, command);
}

function usage(message: string, command: string): CliError {
  return new CliError('usage', message, `codex-lmdeploy ${command} --help lists what it takes.`);
}

/** A value, and the layer that gave it. */
export interface Sourced<T> {
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
  /** The bridge that the block names; null: none. The server behind it is what `baseUrl` says. */
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
  return {
    baseUrl: baseUrlOf(flags, env, bridge?.server ?? configuredRoot(block)),
    envKey,
    key: usableKey(envKey.value === null ? block?.bearer : env[envKey.value]),
    block,
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
