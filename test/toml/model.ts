import { TomlDate } from 'smol-toml';
import type { Edit } from '../../src/toml/edit.js';
import { find, locate } from '../../src/toml/locate.js';
import { readRaw } from '../../src/toml/raw.js';
import type { TomlTable, TomlValue } from '../../src/toml/read.js';
import { isWithin } from './tree-edits.js';

const keyOf = (path: readonly string[]): string => JSON.stringify(path);
const pathOf = (key: string): string[] => JSON.parse(key);

function isTable(value: TomlValue): value is TomlTable {
  return typeof value === 'object' && !Array.isArray(value) && !(value instanceof TomlDate);
}

/** All that is no table, by its path, in the document's order. */
export function leavesOf(table: TomlTable, path: readonly string[] = []): [path: string, value: string][] {
  return Object.entries(table).flatMap(([name, value]): [string, string][] => {
    const here = [...path, name];
    return isTable(value) ? leavesOf(value, here) : [[keyOf(here), exactly(value)]];
  });
}

export function tablesOf(table: TomlTable, path: readonly string[] = []): string[] {
  return Object.entries(table).flatMap(([name, value]) => {
    const here = [...path, name];
    return isTable(value) ? [keyOf(here), ...tablesOf(value, here)] : [];
  });
}

/** A value's meaning and type: 1 is not 1.0, and -0.0 not 0.0. */
function exactly(value: TomlValue): string {
  if (typeof value === 'number') return `float ${Object.is(value, -0) ? '-0' : value}`;
  if (typeof value === 'bigint') return `integer ${value}`;
  if (value instanceof TomlDate) return `date ${value.toISOString()}`;
  if (Array.isArray(value)) return `[${value.map(exactly).join(', ')}]`;
  if (isTable(value))
    return `{${Object.entries(value).map(([name, inner]) => `${name} = ${exactly(inner)}`)}}`;
  return `${typeof value} ${JSON.stringify(value)}`;
}

type Model = {
  leaves: Map<string, string>;
  /** All tables that may be there, and those that must. */
  tables: Set<string>;
  lasting: string[];
  /** The leaves that no edit is near to, in their order. */
  untouched: Set<string>;
};

/** What a document means after the edits, worked out without any text. */
export function modelAfter(before: TomlTable, edits: readonly Edit[]): Model {
  const isConcerned = (key: string) => edits.some(({ path }) => isWithin(pathOf(key), path));
  const removed = edits.filter((one) => 'remove' in one);
  const isLosing = (key: string) => removed.some(({ path }) => isWithin(path, pathOf(key)));
  const old = leavesOf(before).filter(([key]) => !isConcerned(key));
  const added = edits.flatMap((one) => ('remove' in one ? [] : [{ path: one.path, table: meaning(one) }]));
  const oldTables = tablesOf(before).filter((key) => !isConcerned(key));
  const above = added.flatMap(({ path, table }) => [
    ...path.slice(1).map((_, index) => keyOf(path.slice(0, index + 1))),
    ...tablesOf(table, path.slice(0, -1)),
  ]);
  return {
    leaves: new Map([...old, ...added.flatMap(({ path, table }) => leavesOf(table, path.slice(0, -1)))]),
    tables: new Set([...oldTables, ...above]),
    // A table may go with the last thing in it, where that was all that spelled it.
    lasting: oldTables.filter((key) => !isLosing(key)),
    untouched: new Set(old.map(([key]) => key).filter((key) => !isMoved(key, removed))),
  };
}

/** What stands beside something removed may be written anew, and elsewhere, by another edit. */
function isMoved(key: string, removed: readonly Edit[]): boolean {
  return removed.some(({ path }) => path[0] === pathOf(key)[0]);
}

function meaning(one: Exclude<Edit, { remove: true }>): TomlTable {
  const value = 'raw' in one ? readRaw(one.raw) : Number.isInteger(one.set) ? BigInt(one.set) : one.set;
  return Object.assign(Object.create(null), Object.fromEntries([[one.path.at(-1) ?? '', value]]));
}

/** A `[header]` for a table that only its sub-tables name stays when its key goes: it can't be told from the user's. */
export function hasWayBack(text: string, edits: readonly Edit[]): boolean {
  const root = locate(text.replace(/^\uFEFF/, ''));
  return edits.every((one) => {
    if ('remove' in one) return false;
    const { table, rest, spot } = find(root, one.path);
    const isHeaderOnly = table.own === null && table.inline === null && table.entries.length === 0;
    return spot !== undefined || rest.length > 1 || !isHeaderOnly;
  });
}

export function isSubsequence(part: string, whole: string): boolean {
  let at = 0;
  for (const character of whole) if (part.startsWith(character, at)) at += character.length;
  return at === part.length;
}
