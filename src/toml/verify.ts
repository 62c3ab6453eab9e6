import { TomlDate } from 'smol-toml';
import type { Scalar } from './quote.js';
import { readRaw } from './raw.js';
import { readExactly, type TomlTable, type TomlValue } from './read.js';
import { EditRefused } from './refused.js';
import { TomlSyntaxError } from './syntax-error.js';
import { isTable } from './table.js';

/**
 * One change of one key. `raw` is the TOML text of a value, which is put there as it is given. Removing a key that isn't
 * there is done already.
 */
export type Edit =
  | { path: readonly [string, ...string[]]; set: Scalar }
  | { path: readonly [string, ...string[]]; raw: string }
  | { path: readonly [string, ...string[]]; remove: true };

/**
 * The last net: a parser that shares no code with the one that found the positions must read from `after` what it reads
 * from `before`, with exactly the edits made, and the old keys in their old order.
 *
 * @throws EditRefused where that is not so; TomlSyntaxError where `before` is no TOML.
 */
export function verify(before: string, after: string, edits: readonly Edit[]): void {
  const old = readExactly(before);
  const notes: Notes = { hollow: new Set(), cut: new Set() };
  try {
    const wanted = edits.reduce((table, edit) => applied(table, edit.path, edit, notes), old);
    const path = difference(wanted, readExactly(after), old, notes);
    if (path !== null) throw new EditRefused(path, null, 'the edited file would not mean what it should');
  } catch (error) {
    if (error instanceof TomlSyntaxError)
      throw new EditRefused([], error.line, `the edited file would be no TOML (${error.message})`);
    if (error instanceof RangeError) throw new EditRefused([], null, 'it is nested too deeply');
    throw error;
  }
}

/** Tables of the model that a removal has emptied, and those that one has cut something out of. */
type Notes = { readonly hollow: Set<TomlValue>; readonly cut: Set<TomlValue> };

/** A copy of the table with the edit made. */
function applied(table: TomlTable, path: readonly string[], edit: Edit, notes: Notes): TomlTable {
  const [name = '', ...rest] = path;
  const child = table[name];
  const copy: TomlTable = Object.assign(Object.create(null), table);
  if (notes.cut.has(table)) notes.cut.add(copy);
  if (!('remove' in edit)) {
    if (rest.length === 0) copy[name] = 'raw' in edit ? readRaw(edit.raw) : exact(edit.set);
    else if (child === undefined || isTable(child))
      copy[name] = applied(child ?? Object.create(null), rest, edit, notes);
    else throw new EditRefused(edit.path, null, `a value that is no table stands at ${JSON.stringify(name)}`);
    return copy;
  }
  if (rest.length > 0) {
    if (!isTable(child)) return table;
    copy[name] = applied(child, rest, edit, notes);
  } else if (child === undefined) return table;
  else delete copy[name];
  notes.cut.add(copy);
  // A table that was spelled by its keys alone (dotted keys, headers of sub-tables) goes with the last of them.
  if (Object.values(copy).every((value) => notes.hollow.has(value))) notes.hollow.add(copy);
  return copy;
}

function exact(value: Scalar): TomlValue {
  return Number.isInteger(value) ? BigInt(value) : value;
}

/** The path of the first difference, or null. */
function difference(
  wanted: TomlValue,
  actual: TomlValue,
  old: TomlValue | undefined,
  notes: Notes,
): string[] | null {
  if (!isTable(wanted)) return sameValue(wanted, actual) ? null : [];
  if (!isTable(actual)) return [];
  const before = isTable(old) ? old : undefined;
  const names = Object.keys(wanted).filter(
    (name) => name in actual || !notes.hollow.has(wanted[name] as TomlValue),
  );
  const extra = Object.keys(actual).find((name) => !(name in wanted));
  if (extra !== undefined) return [extra];
  for (const name of names) {
    const is = actual[name];
    const inner = is === undefined ? [] : difference(wanted[name] as TomlValue, is, before?.[name], notes);
    if (inner !== null) return [name, ...inner];
  }
  // What a removal took the only spelling from, and a new key brings back, stands where the new key is written.
  const order = (keys: string[]) =>
    keys.filter(
      (name) => before !== undefined && name in before && !notes.cut.has(wanted[name] as TomlValue),
    );
  const was = order(names);
  const moved = order(Object.keys(actual)).find((name, index) => name !== was[index]);
  return moved === undefined ? null : [moved];
}

function sameValue(a: TomlValue, b: TomlValue): boolean {
  if (Array.isArray(a))
    return (
      Array.isArray(b) && a.length === b.length && a.every((value, index) => sameElement(value, b[index]))
    );
  if (a instanceof TomlDate) return b instanceof TomlDate && a.toISOString() === b.toISOString();
  return Object.is(a, b);
}

function sameElement(a: TomlValue, b: TomlValue | undefined): boolean {
  return b !== undefined && difference(a, b, a, { hollow: new Set(), cut: new Set() }) === null;
}
