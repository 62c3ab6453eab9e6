import type { TomlTable, TomlValue } from '../toml/read.js';

/** The provider id of the documented block, and what stands in it when nobody says otherwise. */
export const DEFAULT_PROVIDER_ID = 'lmdeploy';
export const DEFAULT_ENV_KEY = 'LMDEPLOY_API_KEY';
export const DEFAULT_NAME = 'LMDeploy';
/** Codex's own default too; written out, as the guide does, because silent reasoning is what makes people raise it. */
export const DEFAULT_STREAM_IDLE_TIMEOUT_MS = 300_000;

/** Where a bridge listens that is kept running, unless said: beside LMDeploy's own 23333. */
export const DEFAULT_BRIDGE_PORT = 23_334;

/** Ids that make Codex 0.169.0 refuse the file. */
export const RESERVED_PROVIDER_IDS: readonly string[] = [
  'openai',
  'ollama',
  'lmstudio',
  'amazon-bedrock',
  'oss',
  'ollama-chat',
];

/** What of a provider table matters here. A key of a wrong type counts as absent; `config.accepted` names it. */
export interface ProviderBlock {
  readonly name: string | null;
  readonly baseUrl: string | null;
  readonly envKey: string | null;
  readonly wireApi: string | null;
  readonly requiresOpenaiAuth: boolean | null;
  readonly streamIdleTimeoutMs: number | null;
  /** The keys that bring credentials of their own, as the user wrote them; they exclude or outdo `env_key`. */
  readonly credentials: readonly string[];
  /** The key among them that can be read here, for the probes. Never shown. */
  readonly bearer: string | null;
}

function table(value: TomlValue | undefined): TomlTable | null {
  const isTable =
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
  return isTable ? (value as TomlTable) : null;
}

function own(of: TomlTable, key: string): TomlValue | undefined {
  return Object.hasOwn(of, key) ? of[key] : undefined;
}

function text(value: TomlValue | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

/** A top-level string of a config, or null. */
export function topLevel(config: TomlTable, key: string): string | null {
  return text(own(config, key));
}

/** The table `[model_providers.ID]` of a config, or null where there is none. */
export function providerBlock(config: TomlTable, id: string): ProviderBlock | null {
  const providers = table(own(config, 'model_providers'));
  const block = providers && table(own(providers, id));
  if (block === null) return null;
  const timeout = own(block, 'stream_idle_timeout_ms');
  const requiresAuth = own(block, 'requires_openai_auth');
  return {
    name: text(own(block, 'name')),
    baseUrl: text(own(block, 'base_url')),
    envKey: text(own(block, 'env_key')),
    wireApi: text(own(block, 'wire_api')),
    requiresOpenaiAuth: typeof requiresAuth === 'boolean' ? requiresAuth : null,
    streamIdleTimeoutMs: typeof timeout === 'number' ? timeout : null,
    credentials: credentialsOf(block),
    bearer: bearerOf(block),
  };
}

/** Whether an `env_key` can be what it should be, the name of a variable. */
export function isVariableName(text: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(text);
}

/** The variables that the providers of a config take their keys and their headers from. */
export function keyVariablesIn(config: TomlTable): string[] {
  const providers = table(own(config, 'model_providers')) ?? {};
  const names = Object.values(providers).flatMap((provider) => {
    const block = table(provider) ?? {};
    return [own(block, 'env_key'), ...Object.values(table(own(block, 'env_http_headers')) ?? {})];
  });
  return names.map(text).filter((name) => name !== null);
}

function credentialsOf(block: TomlTable): string[] {
  const found: string[] = [];
  for (const key of ['auth', 'experimental_bearer_token']) if (Object.hasOwn(block, key)) found.push(key);
  for (const key of ['http_headers', 'env_http_headers']) {
    const headers = table(own(block, key));
    const header = headers && Object.keys(headers).find((name) => name.toLowerCase() === 'authorization');
    if (header) found.push(`${key}.${header}`);
  }
  return found;
}

function bearerOf(block: TomlTable): string | null {
  const token = text(own(block, 'experimental_bearer_token'));
  if (token !== null) return token;
  const headers = table(own(block, 'http_headers')) ?? {};
  const name = Object.keys(headers).find((header) => header.toLowerCase() === 'authorization');
  const value = name === undefined ? null : text(own(headers, name));
  return /^Bearer +(.+)$/i.exec(value ?? '')?.[1] ?? null;
}
