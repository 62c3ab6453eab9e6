import { readExactly, type TomlValue } from './read.js';
import { EditRefused } from './refused.js';
import { TomlSyntaxError } from './syntax-error.js';

/**
 * What the raw TOML text of a value means, its integers as bigints.
 *
 * @throws EditRefused where it is not one value and nothing else: no comment behind it, no second line with a key.
 */
export function readRaw(raw: string): TomlValue {
  if (/\p{Surrogate}/u.test(raw)) throw new EditRefused([], null, 'the text holds half of a surrogate pair');
  if (/\r(?!\n)/.test(raw)) throw new EditRefused([], null, 'the text holds a carriage return alone');
  if (/^[ \t\r\n]|[ \t\r\n]$/.test(raw)) throw notOne();
  try {
    const { x, ...more } = readExactly(`x = ${raw}`);
    // In brackets a comment at the end would hide the closing one.
    const list = readExactly(`x = [${raw}]`)['x'];
    if (x === undefined || Object.keys(more).length > 0 || (list as TomlValue[]).length !== 1) throw notOne();
    return x;
  } catch (error) {
    if (error instanceof TomlSyntaxError) throw notOne();
    throw error;
  }
}

/** Without the text itself: it may hold a secret. */
function notOne(): EditRefused {
  return new EditRefused([], null, 'what should stand there is not the text of one TOML value');
}
