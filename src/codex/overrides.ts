import { quoteKey, quoteScalar, type Scalar } from '../toml/quote.js';
import type { TomlTable } from '../toml/read.js';
import { valueAt } from './effective.js';
import { blockEdits, type Wanted } from './plan.js';
import { providerBlock } from './provider.js';

/** What a session needs; what is undefined or null stays as the config has it. */
export interface SessionWish extends Omit<Wanted, 'contextWindow'> {
  /** In tokens. */
  readonly contextWindow: number | null;
  /** A model catalog's absolute path. */
  readonly catalog: string | null;
  /** The variable that holds a key of the user's. */
  readonly secret: string | null;
}

/**
 * The arguments that give Codex what its config lacks or says differently: `-c KEY=VALUE`, the value as TOML. They outdo
 * every layer but the managed one (Codex 0.169.0). Pure.
 *
 * @param effective the config after all its layers
 * @throws EditRefused for a name that TOML can't hold
 */
export function overrides(effective: TomlTable, wish: SessionWish): string[] {
  const { providerId, model, contextWindow, catalog, goals, secret } = wish;
  const block = providerBlock(effective, providerId);
  const own = blockEdits(block, { ...wish, contextWindow: undefined }).flatMap((edit) =>
    'set' in edit ? [{ path: edit.path, value: edit.set }] : [],
  );
  const top: Setting[] = [
    { path: ['model'], value: model },
    { path: ['model_provider'], value: providerId },
    ...(contextWindow === null ? [] : [{ path: ['model_context_window'], value: contextWindow }]),
    ...(catalog === null ? [] : [{ path: ['model_catalog_json'], value: catalog }]),
    ...(goals === false ? [{ path: ['features', 'goals'], value: false }] : []),
  ];
  const settings = block === null ? top : [...top, ...own];
  const lacking = settings.filter(({ path, value }) => valueAt(effective, path) !== value);
  const values = lacking.map(({ path, value }) => `${path.map(quoteKey).join('.')}=${quoteScalar(value)}`);
  // Codex takes a provider apart only when it is whole: its keys one by one would do too, but this can be read.
  const whole = block === null ? [`model_providers.${quoteKey(providerId)}=${inline(own)}`] : [];
  const hidden = secret === null ? [] : keptFromShells(effective, secret);
  return [...values, ...whole, ...hidden].flatMap((value) => ['-c', value]);
}

/**
 * Codex 0.169.0 writes every variable that the shells of its agent get into `shell_snapshots/` in its home, readable for
 * all, and leaves that there when it is killed.
 */
function keptFromShells(effective: TomlTable, variable: string): string[] {
  const path = ['shell_environment_policy', 'exclude'];
  const excluded = valueAt(effective, path);
  const names = (Array.isArray(excluded) ? excluded : []).filter((name) => typeof name === 'string');
  if (names.includes(variable)) return [];
  return [`${path.join('.')}=[${[...names, variable].map(quoteScalar).join(', ')}]`];
}

interface Setting {
  readonly path: readonly string[];
  readonly value: Scalar;
}

function inline(settings: readonly Setting[]): string {
  const pairs = settings.map(({ path, value }) => `${quoteKey(path.at(-1) ?? '')} = ${quoteScalar(value)}`);
  return `{ ${pairs.join(', ')} }`;
}
