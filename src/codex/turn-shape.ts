import type { TomlTable, TomlValue } from '../toml/read.js';
import { valueAt } from './effective.js';
import type { KeyPath } from './imprint.js';

/** A key of a config, and what it says. */
export interface Setting {
  readonly path: KeyPath;
  readonly value: string | boolean;
}

/** What of a user's settings changes Codex's first turn. */
export interface TurnShape {
  /** Top-level keys and tables of the config. */
  readonly settings: TomlTable;
  /** The text of a model catalog with an entry for the model; null: none. */
  readonly catalog: string | null;
}

/** Codex as it comes. */
export const STOCK: TurnShape = { settings: {}, catalog: null };

/** The keys that add tools or text to a turn, or take them out (recorded of 0.134.0, 0.150.0 and 0.169.0). */
const SHAPING: readonly KeyPath[] = [
  ['web_search'],
  ['agents', 'enabled'],
  ['features', 'multi_agent'],
  ['features', 'goals'],
  ['features', 'view_image'],
  ['skills', 'bundled', 'enabled'],
];

/** A shape out of single settings, in an order that does not depend on theirs. Pure. */
export function shapeOf(settings: readonly Setting[], catalog: string | null): TurnShape {
  const table: TomlTable = {};
  for (const path of SHAPING) {
    const found = settings.find((one) => one.path.join('.') === path.join('.'));
    if (found !== undefined) put(table, path, found.value);
  }
  return { settings: table, catalog };
}

/** Those of a config's settings that shape a turn. Pure. */
export function shapingIn(config: TomlTable): Setting[] {
  return SHAPING.flatMap((path) => {
    const value = valueAt(config, path);
    return typeof value === 'string' || typeof value === 'boolean' ? [{ path, value }] : [];
  });
}

function put(table: TomlTable, path: KeyPath, value: TomlValue): void {
  const [last = '', ...above] = [...path].reverse();
  const inner = above.reverse().reduce<TomlTable>((outer, name) => {
    outer[name] ??= {};
    return outer[name] as TomlTable;
  }, table);
  inner[last] = value;
}
