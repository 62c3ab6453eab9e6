import type { Page } from './page.js';
import { readToml } from './read.js';
import type { Splice } from './splice.js';
import type { Edit } from './verify.js';

/** A piece of a text: it stands from `start` to `end` there, and from `at` on in what is left of the text. */
type Piece = { readonly start: number; readonly end: number; readonly at: number };

/** A table's lines: the blank lines and comments above its header, the header itself, what follows. */
type Section = {
  readonly start: number;
  readonly body: number;
  readonly end: number;
  readonly names: string[] | null;
};

/** What is left of a text, and the way back from a splice of that to one of the whole. */
export type Parts = { readonly text: string; back(splice: Splice): Splice };

/**
 * A guess at the parts of a text that edits are about: the keys before the first table, the tables on the way to a path
 * or below it, the last beside them, the header behind each, and how the file ends. A parser with positions needs ten
 * times as long as one without, and this spares it the rest. What is made of it has to be checked on the whole text.
 *
 * @throws TomlSyntaxError where the text can't be cut so: a line in a string looks like a header, for one
 */
export function partsOf(page: Page, edits: readonly Edit[]): Parts {
  const { text } = page;
  const sections = sectionsOf(text);
  const isKept = keptOf(sections, edits);
  checkCuts(text, sections, isKept);
  const pieces: Piece[] = [];
  const ranges: string[] = [];
  let at = 0;
  const keep = (start: number, end: number) => {
    pieces.push({ start, end, at });
    ranges.push(text.slice(start, end));
    at += end - start;
  };
  const tail = leadingLines(text, text.length);
  keep(0, sections[0]?.start ?? tail);
  for (const [index, { start, body, end }] of sections.entries()) {
    if (isKept[index]) keep(start, end);
    else if (index === 0 || isKept[index - 1]) keep(start, body);
  }
  keep(sections.length === 0 ? tail : Math.max(tail, sections.at(-1)?.body ?? 0), text.length);
  return { text: ranges.join(''), back: (splice) => back(pieces, splice) };
}

const NAME = `[A-Za-z0-9_-]+|"(?:[^"\\\\\\r\\n]|\\\\[^\\r\\n])*"|'[^'\\r\\n]*'`;
const HEADER = new RegExp(
  `(?<![^\\n])[ \\t]*\\[\\[?[ \\t]*((?:${NAME})(?:[ \\t]*\\.[ \\t]*(?:${NAME}))*)[ \\t]*\\]\\]?[ \\t]*(?:#[^\\n]*|\\r?)\\n`,
  'g',
);

function sectionsOf(text: string): Section[] {
  const headers = [...text.matchAll(HEADER)].map((match) => ({
    start: leadingLines(text, match.index),
    body: match.index + match[0].length,
    names: namesIn(match[1] ?? ''),
  }));
  const end = leadingLines(text, text.length);
  return headers.map((header, index) => ({
    ...header,
    end: headers[index + 1]?.start ?? Math.max(end, header.body),
  }));
}

const CHECKED_AT_ONCE = 50_000;

/** What is TOML by itself ends where a line ends outside of strings and brackets, and so the next begins there. */
function checkCuts(text: string, sections: readonly Section[], isKept: readonly boolean[]): void {
  let from = 0;
  for (const [index, { start }] of sections.entries()) {
    if (index > 0 && !isKept[index] && !isKept[index - 1] && start - from < CHECKED_AT_ONCE) continue;
    readToml(text.slice(from, start));
    from = start;
  }
  readToml(text.slice(from));
}

/** The names of a key; null where one has to be unescaped first. */
function namesIn(key: string): string[] | null {
  if (key.includes('\\')) return null;
  return [...key.matchAll(new RegExp(NAME, 'g'))].map(([name]) => name.replace(/^["']|["']$/g, ''));
}

/** Where the blank lines and comments begin that stand before an offset at the start of a line. */
function leadingLines(text: string, offset: number): number {
  let start = offset;
  while (start > 0) {
    const line = start === 1 ? 0 : text.lastIndexOf('\n', start - 2) + 1;
    if (!/^[ \t\r\n]*(#|$)/.test(text.slice(line, start))) break;
    start = line;
  }
  return start;
}

function keptOf(sections: readonly Section[], edits: readonly Edit[]): boolean[] {
  const isKept = sections.map(({ names }) => names === null);
  const removed = edits.filter((one) => 'remove' in one);
  const goes = sections.map(({ names }) =>
    removed.some(({ path }) => names !== null && sharedNames(names, path) === path.length),
  );
  for (const { path } of edits) {
    // The most names that a table further down, and staying, shares with the path: the new one may go behind it.
    let most = 0;
    for (let index = sections.length - 1; index >= 0; index -= 1) {
      const names = sections[index]?.names;
      if (!names) continue;
      const shared = sharedNames(names, path);
      if (shared > most || shared === path.length || shared === names.length) isKept[index] = true;
      if (!goes[index]) most = Math.max(most, shared);
    }
  }
  return isKept;
}

function sharedNames(names: readonly string[], path: readonly string[]): number {
  let shared = 0;
  while (shared < names.length && shared < path.length && names[shared] === path[shared]) shared += 1;
  return shared;
}

/** Between two pieces, what is new goes before the second: it goes to the end of the file there. */
function back(pieces: readonly Piece[], { start, end, text }: Splice): Splice {
  const first = pieces.findLast(({ at }) => at <= start);
  const last = start === end ? first : pieces.findLast(({ at }) => at < end);
  const whole = (piece: Piece | undefined, offset: number) => (piece ? piece.start + offset - piece.at : 0);
  return { start: whole(first, start), end: whole(last, end), text };
}
