import type { TomlTable, TomlValue } from '../toml/read.js';
import { isTable } from '../toml/table.js';
import type { Layer } from './layers.js';

/**
 * What holds after all layers: tables are laid over each other key by key, everything else is replaced, as Codex 0.169.0
 * does. Pure.
 *
 * @param layers the strongest first
 */
export function merge(layers: readonly Pick<Layer, 'document'>[]): TomlTable {
  return layers.reduceRight<TomlTable>((below, { document }) => overlay(document, below), emptyTable());
}

function overlay(over: TomlTable, under: TomlTable): TomlTable {
  const result = Object.assign(emptyTable(), under);
  for (const [key, value] of Object.entries(over)) {
    const [above, below] = [asTable(value), asTable(under[key])];
    result[key] = above && below ? overlay(above, below) : value;
  }
  return result;
}

function emptyTable(): TomlTable {
  return Object.create(null) as TomlTable;
}

/** A value as a table, or null where it is none. */
export function asTable(value: TomlValue | undefined): TomlTable | null {
  return isTable(value) ? value : null;
}

/** What stands at a path; undefined where nothing does. */
export function valueAt(document: TomlTable, path: readonly string[]): TomlValue | undefined {
  let value: TomlValue | undefined = document;
  for (const name of path) {
    const table: TomlTable | null = asTable(value);
    value = table !== null && Object.hasOwn(table, name) ? table[name] : undefined;
  }
  return value;
}

/** The keys of the table at a path; none where there is no table. */
export function keysAt(document: TomlTable, path: readonly string[]): string[] {
  return Object.keys(asTable(valueAt(document, path)) ?? {});
}

/** The strongest layer in which something stands at a path; null where none has it. */
export function giverOf(layers: readonly Layer[], path: readonly string[]): Layer | null {
  return layers.find(({ document }) => valueAt(document, path) !== undefined) ?? null;
}
