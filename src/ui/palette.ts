import { Chalk, type ChalkInstance } from 'chalk';
import type { Environment, Output } from '../context.js';

/**
 * The colours for one stream, by one rule: `--no-color`, then NO_COLOR, then FORCE_COLOR, then whether it is a
 * terminal. (chalk alone ignores NO_COLOR on a terminal.)
 */
export function palette(stream: Output, env: Environment, colorFlag: boolean): ChalkInstance {
  return new Chalk({ level: wantsColor(stream, env, colorFlag) ? 1 : 0 });
}

function wantsColor(stream: Output, env: Environment, colorFlag: boolean): boolean {
  if (!colorFlag || (env['NO_COLOR'] ?? '') !== '') return false;
  const force = env['FORCE_COLOR'];
  if (force !== undefined && force !== '') return force !== '0' && force !== 'false';
  return stream.isTTY === true && env['TERM'] !== 'dumb';
}
