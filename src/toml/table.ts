import type { TomlTable, TomlValue } from './read.js';

/** Whether a value is a table, in whichever spelling. */
export function isTable(value: TomlValue | undefined): value is TomlTable {
  return typeof value === 'object' && !Array.isArray(value) && !(value instanceof Date);
}
