import { printable } from './printable.js';

/** A text from outside in quotes for a POSIX shell, to be pasted: whatever a server calls its model, it runs nothing. */
export function quoted(text: string): string {
  return `'${printable(text).replaceAll("'", `'\\''`)}'`;
}

/** The same, with quotes only where it needs them. */
export function shellWord(text: string): string {
  return /^[\w./:@%+=,-]+$/.test(text) ? text : quoted(text);
}
