import { EditRefused } from './refused.js';

/** What an edit can write: TOML's string, integer, float and boolean. */
export type Scalar = string | number | boolean;

/**
 * A key as it is written in TOML: bare where that is possible, else a basic string.
 *
 * @throws EditRefused for a lone surrogate.
 */
export function quoteKey(key: string): string {
  return /^[A-Za-z0-9_-]+$/.test(key) ? key : quoteString(key);
}

/**
 * A value as it is written in TOML. A number without a fraction becomes an integer, any other a float.
 *
 * @throws EditRefused for a lone surrogate, NaN, an infinity, and an integer that a double can't hold exactly.
 */
export function quoteScalar(value: Scalar): string {
  if (typeof value === 'string') return quoteString(value);
  if (typeof value === 'boolean') return String(value);
  if (!Number.isFinite(value)) throw new EditRefused([], null, `${value} is not a number to write`);
  if (Number.isInteger(value) && !Number.isSafeInteger(value))
    throw new EditRefused([], null, `${value} is too large to be written exactly`);
  return String(value);
}

/** C1 control characters and marks that turn the writing direction may stand in TOML as they are; a terminal would obey them. */
function quoteString(text: string): string {
  if (/\p{Surrogate}/u.test(text)) throw new EditRefused([], null, 'the text holds half of a surrogate pair');
  const inner = text
    .replace(/["\\]/g, '\\$&')
    .replace(
      /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
      (c) => `\\u${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`,
    );
  return `"${inner}"`;
}
