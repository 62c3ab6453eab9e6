import type { TomlSyntaxError } from './syntax-error.js';

/** Takes two columns in a terminal: emoji, Han, kana, Hangul, full-width forms. */
const WIDE =
  /\p{Emoji_Presentation}|\ufe0f|[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1b000}-\u{1b2ff}\u{20000}-\u{3fffd}]/u;
/** Takes none: combining marks and format characters alone. */
const NARROW = /^[\p{M}\p{Cf}]+$/u;

/**
 * The line to print under an excerpt so that its caret stands under a column of it (from 1, in UTF-16 units). A tab
 * stays a tab, so that it ends where the one above it does.
 */
export function caretUnder(excerpt: string, column: number): string {
  return `${characters(excerpt.slice(0, column - 1))
    .map((character) => (character === '\t' ? '\t' : ' '.repeat(columnsOf(character))))
    .join('')}^`;
}

/**
 * The masked line with the error and the line with the caret. What is far from the error gives way to `…`.
 *
 * @param shown makes a part of the excerpt safe for where it is printed; it may change its length
 */
export function excerptWithCaret(
  { excerpt, excerptColumn }: Pick<TomlSyntaxError, 'excerpt' | 'excerptColumn'>,
  shown: (part: string) => string,
): [excerpt: string, caret: string] {
  const before = startCut(shown(excerpt.slice(0, excerptColumn - 1)));
  const after = endCut(shown(excerpt.slice(excerptColumn - 1)));
  return [before + after, caretUnder(before, before.length + 1)];
}

const ROOM = 36;
/** More than any ROOM characters of a sane text have. Node 20 copies the whole text for each character of it. */
const ENOUGH = 1_000;

function startCut(text: string): string {
  const all = characters(text.slice(-ENOUGH));
  return text.length <= ENOUGH && all.length <= ROOM ? text : `…${all.slice(1 - ROOM).join('')}`;
}

function endCut(text: string): string {
  const all = characters(text.slice(0, ENOUGH));
  return text.length <= ENOUGH && all.length <= ROOM ? text : `${all.slice(0, ROOM - 1).join('')}…`;
}

function characters(text: string): string[] {
  // Made here and not once for all: that would cost every start 10 ms.
  const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
  return [...segmenter.segment(text)].map(({ segment }) => segment);
}

function columnsOf(character: string): number {
  if (NARROW.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}
