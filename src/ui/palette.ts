import type { Environment } from '../context.js';
import type { Output } from '../standard-output.js';

/** The codes of ECMA-48 that begin each way to write, and that end it. */
const CODES = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
} as const;

/** Each way to write a piece of text. */
export type Palette = Readonly<Record<keyof typeof CODES, (text: string) => string>>;

/**
 * The colours for one stream, by one rule: `--no-color`, then NO_COLOR, then FORCE_COLOR, then whether it is a
 * terminal.
 */
export function palette(stream: Output, env: Environment, colorFlag: boolean): Palette {
  return wantsColor(stream, env, colorFlag) ? COLORED : PLAIN;
}

function ways(way: (begin: number, end: number) => (text: string) => string): Palette {
  const all = Object.entries(CODES).map(([name, [begin, end]]) => [name, way(begin, end)]);
  return Object.fromEntries(all) as Palette;
}

export const COLORED = ways((begin, end) => (text) => `\u001b[${begin}m${text}\u001b[${end}m`);
export const PLAIN = ways(() => (text) => text);

function wantsColor(stream: Output, env: Environment, colorFlag: boolean): boolean {
  if (!colorFlag || (env['NO_COLOR'] ?? '') !== '') return false;
  const force = env['FORCE_COLOR'];
  if (force !== undefined && force !== '') return force !== '0' && force !== 'false';
  return stream.isTTY === true && env['TERM'] !== 'dumb';
}
