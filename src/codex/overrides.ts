import { quoteKey, quoteScalar, type Scalar } from '../toml/quote.js';
import type { TomlTable } from '../toml/read.js';
import { valueAt } from './effective.js';
import { type BlockWish, blockEdits } from './plan.js';
import { providerBlock } from './provider.js';
import type { Setting } from './turn-shape.js';

/** What a session needs; what is undefined or null stays as the config has it. */
export interface SessionWish extends BlockWish {
  readonly model: string;
  /** In tokens. */
  readonly contextWindow: number | null;
  /** At how many tokens Codex is to compact, at the latest. */
  readonly compactAt: number | null;
  /** A model catalog's absolute path. */
  readonly catalog: string | null;
  /** What else the session is to be told. */
  readonly switches: readonly Setting[];
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
  const { providerId, model, contextWindow, compactAt, catalog, switches, secret } = wish;
  const block = providerBlock(effective, providerId);
  const own = blockEdits(block, wish).flatMap((edit) =>
    'set' in edit ? [{ path: edit.path, value: edit.set }] : [],
  );
  const at = (name: string) => valueAt(effective, [name]);
  const early = at(COMPACTION);
  const isEarly = typeof early === 'number' && compactAt !== null && early <= compactAt;
  const settings: Given[] = [
    { path: ['model'], value: model },
    { path: ['model_provider'], value: providerId },
    // A window in the config outdoes the catalog's.
    ...(contextWindow === null || (catalog !== null && at(WINDOW) === undefined)
      ? []
      : [{ path: [WINDOW], value: contextWindow }]),
    ...(compactAt === null || isEarly ? [] : [{ path: [COMPACTION], value: compactAt }]),
    ...(catalog === null ? [] : [{ path: ['model_catalog_json'], value: catalog }]),
    ...switches,
    ...(block === null ? [] : own),
  ];
  const lacking = settings.filter(({ path, value }) => valueAt(effective, path) !== value);
  const values = lacking.map(({ path, value }) => `${path.map(quoteKey).join('.')}=${quoteScalar(value)}`);
  const whole = block === null ? [`model_providers.${quoteKey(providerId)}=${inline(own)}`] : [];
  const hidden = secret === null ? [] : keptFromShells(effective, secret);
  return [...values, ...whole, ...hidden].flatMap((value) => ['-c', value]);
}

const WINDOW = 'model_context_window';
const COMPACTION = 'model_auto_compact_token_limit';

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

interface Given {
  readonly path: readonly string[];
  readonly value: Scalar;
}

function inline(settings: readonly Given[]): string {
  const pairs = settings.map(({ path, value }) => `${quoteKey(path.at(-1) ?? '')} = ${quoteScalar(value)}`);
  return `{ ${pairs.join(', ')} }`;
}
