import type { Edit } from '../toml/edit.js';
import { readToml } from '../toml/read.js';
import { spellings } from '../toml/spelling.js';
import { CATALOG_KEY } from './catalog-in-force.js';
import { isWithin, type KeyPath, tablesMissing, takingOut } from './imprint.js';
import { type Remembered, withdraw } from './record.js';

/** A number of tokens, and who says so: what a person says holds, what was measured yields to a smaller one that is there. */
export interface Limit {
  readonly tokens: number;
  readonly from: 'flag' | 'server';
  /** Only where another one stands there already: the model catalog says it too. */
  readonly isSpare?: boolean;
}

/** What the documented block has not. undefined: nobody looked; null: looked, and not known or not needed. */
export interface MeasuredWish {
  readonly providerId: string;
  readonly contextWindow: Limit | null | undefined;
  readonly compactAt: Limit | null | undefined;
  /** How the config names the model catalog. */
  readonly catalogFile: string | null | undefined;
  /** Settings that take something out of a turn; null: as the user had it. */
  readonly switches: readonly { readonly path: KeyPath; readonly value: string | boolean | null }[];
}

const WINDOW = ['model_context_window'] as const;
const COMPACTION = ['model_auto_compact_token_limit'] as const;

/**
 * The edits for what was measured or asked for beside the block. What an earlier `init` wrote and is no longer needed
 * becomes again what stood there before. Pure.
 */
export function measuredEdits(file: Remembered, wish: MeasuredWish): Edit[] {
  const { contextWindow, compactAt, catalogFile, switches } = wish;
  const isAsked = [contextWindow, compactAt, catalogFile].some((one) => one !== undefined);
  if (!isAsked && switches.length === 0) return [];
  const wishes: { path: KeyPath; value: string | number | boolean | null }[] = [];
  const before = withdraw(file, wish.providerId).text ?? '';
  const own = readToml(before);
  const limit = (path: readonly [string], wanted: Limit | null | undefined) => {
    if (wanted === undefined) return;
    const value = wanted === null || stays(own[path[0]], wanted) ? null : wanted.tokens;
    wishes.push({ path, value });
  };
  if (catalogFile !== undefined) wishes.push({ path: CATALOG_KEY, value: catalogFile });
  limit(WINDOW, contextWindow);
  limit(COMPACTION, compactAt);
  wishes.push(...switches);
  const paths = wishes.map(({ path }) => path);
  const [old, now] = [spellings(before, paths), spellings(file.text ?? '', paths)];
  const set: Edit[] = [];
  const gone: KeyPath[] = [];
  for (const [index, { path, value }] of wishes.entries()) {
    const raw = old[index] ?? null;
    if (value !== null) set.push({ path, set: value });
    else if (raw === (now[index] ?? null)) continue;
    else if (raw !== null) set.push({ path, raw });
    else gone.push(path);
  }
  const tables = tablesMissing(own, gone).filter((table) => !set.some(({ path }) => isWithin(path, table)));
  return [...set, ...takingOut(gone, tables, readToml(file.text ?? ''))];
}

/** Whether the user's own number is to stand, or none at all. */
function stays(own: unknown, { tokens, from, isSpare = false }: Limit): boolean {
  if (own === undefined) return isSpare;
  return from === 'server' && typeof own === 'number' && own > 0 && own <= tokens;
}
