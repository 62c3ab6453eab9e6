import { dirname, resolve } from 'node:path';
import { stringify } from 'smol-toml';
import type { Environment } from '../context.js';
import type { TomlTable, TomlValue } from '../toml/read.js';
import { asTable, giverOf, merge, valueAt } from './effective.js';
import type { Layer } from './layers.js';

/** What of a config a turn rests on; not MCP servers, hooks, plugins and whatever else starts programs or keeps records. */
const KEPT = [
  ...['model', 'model_provider', 'model_context_window', 'model_auto_compact_token_limit'],
  ...['model_reasoning_effort', 'model_reasoning_summary', 'model_verbosity', 'model_catalog_json'],
  ...['web_search', 'agents', 'tools', 'skills'],
];
/** Codex would write every exported variable, keys among them, into a snapshot of the shell (0.169.0). */
const FEATURES_OFF = { shell_snapshot: false, hooks: false };

/** A config for one turn in a home of its own, and the variables that hold its secrets meanwhile. */
export interface ScratchConfig {
  readonly toml: string;
  readonly env: Environment;
}

/**
 * The settings that the user's turns rest on, without what a scratch home has no business with. Keys that stand in the
 * block itself move into variables, for no key is written to a file. Pure.
 *
 * @returns null where the block holds what may be a key and can't move (`query_params`)
 */
export function scratchConfig(layers: readonly Layer[], providerId: string): ScratchConfig | null {
  const effective = merge(layers);
  const block = asTable(valueAt(effective, ['model_providers', providerId]));
  if (block === null || 'query_params' in block) return null;
  const config: TomlTable = {};
  for (const key of KEPT) if (effective[key] !== undefined) config[key] = effective[key];
  const catalog = giverOf(layers, ['model_catalog_json']);
  if (catalog !== null && typeof config['model_catalog_json'] === 'string')
    config['model_catalog_json'] = resolve(dirname(catalog.path), config['model_catalog_json']);
  config['features'] = { ...asTable(effective['features']), ...FEATURES_OFF };
  const env: Record<string, string> = {};
  config['model_providers'] = { [providerId]: withoutSecrets(block, env) };
  return { toml: stringify(config), env };
}

function withoutSecrets(block: TomlTable, env: Record<string, string>): TomlTable {
  const { experimental_bearer_token: token, http_headers: headers, ...rest } = block;
  const inVariable = (value: TomlValue) => {
    const name = `CODEX_LMDEPLOY_LIVE_${Object.keys(env).length}`;
    env[name] = String(value);
    return name;
  };
  const result: TomlTable = { ...rest };
  if (token !== undefined) result['env_key'] = inVariable(token);
  const entries = Object.entries(asTable(headers) ?? {}).map(([name, value]) => [name, inVariable(value)]);
  if (entries.length > 0)
    result['env_http_headers'] = { ...asTable(block['env_http_headers']), ...Object.fromEntries(entries) };
  return result;
}
