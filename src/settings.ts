import type { Bridged } from './codex/journal.js';
import { DEFAULT_ENV_KEY, type ProviderBlock } from './codex/provider.js';
import type { Environment } from './context.js';
import { apiRoot, DEFAULT_BASE_URL } from './lmdeploy/address.js';
import type { CommonFlags } from './options.js';

const ASK_TIMEOUT_S = 30;
const GENERATE_TIMEOUT_S = 120;

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
