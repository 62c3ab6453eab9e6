import { find, lineOf, locate } from '../toml/locate.js';
import type { Layer } from './layers.js';

/** File and line at which a path stands in a layer; the file alone where the line can't be told. */
export function placeIn(layer: Layer, path: readonly string[]): string {
  const line = lineIn(layer, path);
  return line === null ? layer.path : `${layer.path}:${line}`;
}

/** The first and the last line of a table that has a header of its own; null for any other. */
export function rowsOf(
  { text }: Pick<Layer, 'text'>,
  path: readonly string[],
): { first: number; last: number } | null {
  try {
    const { rest, spot } = find(locate(text.replace(/^\uFEFF/, '')), path);
    const own = rest.length === 1 && spot?.is === 'table' && spot.entries.length === 0 ? spot.own : null;
    return own && { first: own.loc.start.line, last: own.loc.end.line };
  } catch {
    return null;
  }
}

/** The line, from 1, at which a path stands in a layer; null where it can't be told. */
export function lineIn({ text }: Pick<Layer, 'text'>, path: readonly string[]): number | null {
  try {
    const { rest, spot } = find(locate(text.replace(/^\uFEFF/, '')), path);
    return rest.length === 1 && spot !== undefined ? lineOf(spot) : null;
  } catch {
    return null;
  }
}
