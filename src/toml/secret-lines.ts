import { isInSecretTable, isMisplacedKey, isSecretName } from './secret-names.js';

const BARE = '[A-Za-z0-9_-]';
const NAME = `"[^"\\r\\n]*"|'[^'\\r\\n]*'|(?<!${BARE})${BARE}+(?!${BARE})`;
const KEY = `(?:${NAME})(?:[ \\t]*\\.[ \\t]*(?:${NAME})){0,20}`;
// Who forgets the `=` writes a colon or nothing. The line with such an error is the one that is shown.
const SIGN = `[ \\t]*[=:][=: \\t]*|[ \\t]+(?=["'{[])|(?=[ \\t])(?<=^[ \\t]*${KEY})[ \\t]+`;
const ASSIGNMENT = new RegExp(`(${KEY})(?:${SIGN})`, 'g');

const MASK = '"••••"';

/**
 * One line with everything masked that follows the first key that looks like a secret, or null where none does.
 * `section` is the path of the table that the line stands in.
 */
export function maskLine(line: string, section: readonly string[]): string | null {
  for (const match of line.matchAll(ASSIGNMENT)) {
    const path = [...section, ...namesIn(match[1] ?? '')];
    const value = /^["']+([^"'\r\n]+)/.exec(line.slice(match.index + match[0].length))?.[1] ?? '_';
    if (isSecretName(path) || isInSecretTable(path) || isMisplacedKey(path, value))
      return `${line.slice(0, match.index + match[0].length)}${MASK}`;
  }
  return null;
}

/**
 * Masks the secrets of a text that is no TOML, line by line: rather too much than too little. A secret that goes on
 * over lines (an open `"""`, `[` or `{`) takes them with it; their number stays.
 */
export function maskLines(text: string): string {
  let section: string[] = [];
  let isOpen: ((line: string) => boolean) | null = null;
  const masked = text.split('\n').map((raw) => {
    const [line = '', ending = ''] = raw.endsWith('\r') ? [raw.slice(0, -1), '\r'] : [raw];
    if (isOpen) {
      if (!isOpen(line)) isOpen = null;
      return `${MASK}${ending}`;
    }
    section = sectionFrom(line) ?? section;
    const safe = maskLine(line, section);
    if (safe === null) return raw;
    const value = line.slice(safe.length - MASK.length);
    const opened = opening(value);
    isOpen = opened(value) ? opened : null;
    return safe + ending;
  });
  return masked.join('\n');
}

/** The path that a header names. A broken one counts where it names a table of secrets. */
function sectionFrom(line: string): string[] | null {
  const header = /^[ \t]*\[\[?([^[\],]*)\]\]?[ \t]*(#.*)?$/.exec(line);
  if (header) return namesIn(header[1] ?? '');
  const names = /=|^[ \t]*#/.test(line) ? [] : namesIn(line);
  return isInSecretTable(names.slice(-1)) ? names : null;
}

/** Says, of the lines of a value in their order, whether it goes on behind them. */
function opening(value: string): (line: string) => boolean {
  const quotes = /^("""|''')/.exec(value)?.[0];
  const [open, close] = value.startsWith('{') ? ['{', '}'] : ['[', ']'];
  let isInside = false;
  let depth = 0;
  return (line) => {
    if (quotes) {
      if (line.split(quotes).length % 2 === 0) isInside = !isInside;
      return isInside;
    }
    depth += line.split(open).length - line.split(close).length;
    return depth > 0;
  };
}

function namesIn(key: string): string[] {
  return [...key.matchAll(new RegExp(NAME, 'g'))].map(([name]) => name.replace(/^["']|["']$/g, ''));
}
