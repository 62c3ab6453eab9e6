import { isDeepStrictEqual } from 'node:util';
import { type Edit, edit } from '../toml/edit.js';
import { readRaw } from '../toml/raw.js';
import { readToml, type TomlTable, type TomlValue } from '../toml/read.js';
import { spellings } from '../toml/spelling.js';
import { isTable } from '../toml/table.js';
import type { Imprint } from './journal.js';

export type KeyPath = Edit['path'];
type Key = Imprint['keys'][number];

/** Something of the user's that an undo leaves where it is, or what has to stay for its sake. */
export interface Kept {
  readonly path: KeyPath;
  readonly why: 'changed' | 'added' | 'needed';
}

/** A text from which one provider's imprint is gone, and the imprints that are left. */
export interface Lifted {
  readonly text: string;
  readonly imprints: readonly Imprint[];
  readonly kept: readonly Kept[];
}

/**
 * What `after` has at these paths that `before` has not. Pure.
 *
 * @param isShared whether another imprint has the key too: then it is remembered although it did not change, for it has to
 *   stay when the other one goes
 */
export function imprintOf(
  provider: string,
  before: string,
  after: string,
  paths: readonly KeyPath[],
  isShared: (path: KeyPath) => boolean = () => false,
): Imprint {
  const [old, now] = [spellings(before, paths), spellings(after, paths)];
  const keys = paths.flatMap((path, index): Key[] => {
    const [was, wrote] = [old[index] ?? null, now[index] ?? null];
    return was === wrote && (was === null || !isShared(path))
      ? []
      : [{ path: [...path], before: was, wrote }];
  });
  const tables = tablesMissing(
    readToml(before),
    keys.map(({ path }) => path as KeyPath),
  );
  return { provider, keys, tables: tables as Key['path'][] };
}

/**
 * Takes one provider's keys out of a text, or gives them their old values. What the user has changed since stays
 * changed. Where a later imprint wrote the same key, that one inherits the old value: so imprints go in any order. Pure.
 *
 * @param standAlone keep a provider's `name` beside what the user has added to its table: without one Codex 0.169.0
 *   refuses the whole file
 * @throws EditRefused
 */
export function lift(
  text: string,
  imprints: readonly Imprint[],
  provider: string,
  standAlone: boolean,
): Lifted {
  const index = imprints.findIndex((one) => one.provider === provider);
  const imprint = imprints[index];
  if (imprint === undefined) return { text, imprints, kept: [] };
  const { own, later } = bequeath(imprint, imprints.slice(index + 1));
  const spelled = spellings(
    text,
    own.map(({ path }) => path),
  );
  const found = own.map((key, position) => ({ key, now: spelled[position] ?? null }));
  const ours = found.filter(({ key, now }) => isSame(now, key.wrote)).map(({ key }) => key);
  const changed = found.filter(({ key, now }) => !isSame(now, key.wrote) && !isSame(now, key.before));

  const document = readToml(text);
  const table: KeyPath = ['model_providers', provider];
  const isOurTable = imprint.tables.some((one) => idOf(one) === idOf(table));
  const leaves = isOurTable ? leavesBelow(at(document, table), table) : [];
  const added = leaves.filter((path) => !own.some((key) => idOf(key.path) === idOf(path)));
  const stays = changed.filter(({ now }) => now !== null).map(({ key }) => key.path);
  const isLeft = added.length > 0 || stays.some((path) => idOf(path.slice(0, 2)) === idOf(table));
  const name = ours.find(({ path, before }) => idOf(path) === idOf([...table, 'name']) && before === null);
  const needed = standAlone && isLeft && name !== undefined ? [name] : [];

  const going = ours.filter((key) => !needed.includes(key));
  return {
    text: edit(text, undoing(going, imprint.tables, document)),
    imprints: [...imprints.slice(0, index), ...later],
    kept: [
      ...changed.map(({ key: { path } }): Kept => ({ path, why: 'changed' })),
      ...added.map((path): Kept => ({ path, why: 'added' })),
      ...needed.map(({ path }): Kept => ({ path, why: 'needed' })),
    ],
  };
}

/** Gives every key that a later imprint wrote over to the first that did. */
function bequeath(imprint: Imprint, later: readonly Imprint[]): { own: Key[]; later: Imprint[] } {
  const heirs = later.map((one) => ({ ...one, keys: one.keys.map((key) => ({ ...key })) }));
  const own = imprint.keys.filter(({ path, before }) => {
    const heir = heirs.flatMap(({ keys }) => keys).find((key) => idOf(key.path) === idOf(path));
    if (heir !== undefined) heir.before = before;
    return heir === undefined;
  });
  return { own, later: heirs };
}

function undoing(keys: readonly Key[], tables: readonly KeyPath[], document: TomlTable): Edit[] {
  const back = keys.flatMap(({ path, before }): Edit[] => (before === null ? [] : [{ path, raw: before }]));
  const gone = keys.filter(({ before }) => before === null).map(({ path }) => path as KeyPath);
  return [...back, ...takingOut(gone, tables, document)];
}

/**
 * The edits that take keys out. A table in which nothing else is left goes as a whole, its header too. Pure.
 *
 * @param tables those that may go
 */
export function takingOut(gone: readonly KeyPath[], tables: readonly KeyPath[], document: TomlTable): Edit[] {
  const ids = new Set(gone.map(idOf));
  const empty = tables.filter((table) => {
    const value = at(document, table);
    return (
      value !== undefined && isTable(value) && leavesBelow(value, table).every((path) => ids.has(idOf(path)))
    );
  });
  const outermost = empty.filter(
    (table) => !empty.some((other) => other !== table && isWithin(table, other)),
  );
  const single = gone.filter((path) => !outermost.some((table) => isWithin(path, table)));
  return [...outermost, ...single].map((path): Edit => ({ path, remove: true }));
}

/** The tables above these paths that a document has not. Pure. */
export function tablesMissing(document: TomlTable, paths: readonly KeyPath[]): KeyPath[] {
  const above = paths.flatMap((path) =>
    path.slice(1).map((_, depth) => path.slice(0, depth + 1) as Key['path']),
  );
  const missing = above.filter((table) => at(document, table) === undefined);
  return [...new Map(missing.map((table) => [idOf(table), table])).values()];
}

export function isWithin(path: KeyPath, table: KeyPath): boolean {
  return table.length <= path.length && table.every((name, depth) => name === path[depth]);
}

/** Two spellings of one value: `300_000` is still the 300000 that we wrote. */
function isSame(a: string | null, b: string | null): boolean {
  if (a === b || a === null || b === null) return a === b;
  return isDeepStrictEqual(readRaw(a), readRaw(b));
}

function idOf(path: readonly string[]): string {
  return JSON.stringify(path);
}

function at(document: TomlTable, path: readonly string[]): TomlValue | undefined {
  return path.reduce<TomlValue | undefined>(
    (value, name) => (value !== undefined && isTable(value) ? value[name] : undefined),
    document,
  );
}

/** The paths of all that is no table, and of tables with nothing in them. */
function leavesBelow(value: TomlValue | undefined, path: KeyPath): KeyPath[] {
  if (value === undefined || !isTable(value)) return [];
  return Object.entries(value).flatMap(([name, inner]): KeyPath[] => {
    const here: KeyPath = [...path, name];
    const below = leavesBelow(inner, here);
    return below.length > 0 ? below : [here];
  });
}
