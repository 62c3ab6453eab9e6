import type { AST } from 'toml-eslint-parser';
import { type Added, commaBehind, type Entry, type Run, takeFrom, written } from './inline.js';
import type { Page } from './page.js';
import type { Splice } from './splice.js';

/** True for a `{ … }` that ends on another line than it begins on. */
export function isOverLines(table: AST.TOMLInlineTable): boolean {
  return table.loc.start.line !== table.loc.end.line;
}

/**
 * The splices that put new entries into a `{ … }` over several lines (TOML 1.1): each on a line of its own behind the
 * last entry's, with a comma at the end where that has one. Where the brace closes on the last entry's line, the new
 * ones stand there too.
 */
export function addOnLines(page: Page, table: AST.TOMLInlineTable, added: readonly Added[]): Splice[] {
  const entries = written(added);
  const brace = table.loc.end.line;
  const last = table.body.at(-1);
  if (!last) return [lines(page, brace - 1, indentIn(page, table), entries, '')];
  const end = last.range[1];
  const comma = commaBehind(page.text, end);
  const line = last.loc.end.line + page.text.slice(end, comma ?? end).split('\n').length - 1;
  if (line === brace) return [{ start: end, end, text: `, ${entries.join(', ')}` }];
  const indent = indentIn(page, table);
  if (comma !== null) return [lines(page, line, indent, entries, ',')];
  return [{ start: end, end, text: ',' }, lines(page, line, indent, entries, '')];
}

function lines(page: Page, after: number, indent: string, entries: readonly string[], comma: string): Splice {
  const at = page.end(after);
  const ending = page.ending(after);
  return {
    start: at,
    end: at,
    text: entries.map((entry) => indent + entry).join(`,${ending}`) + comma + ending,
  };
}

/** The indentation of the last entry that begins a line, else two blanks more than the brace's. */
function indentIn(page: Page, table: AST.TOMLInlineTable): string {
  const leading = table.body.findLast((entry) => beginsLine(page, entry));
  return leading ? page.indent(leading.loc.start.line) : `${page.indent(table.loc.end.line)}  `;
}

/**
 * The splices that take entries out of such a table. What has its lines to itself goes with them and with the comment
 * behind it, like a key outside of braces. All other comments stay.
 */
export function takeOffLines(page: Page, table: AST.TOMLInlineTable, removed: ReadonlySet<Entry>): Splice[] {
  const runs = runsOf(page.text, table.body);
  const isGone = (run: Run) => run.every((entry) => removed.has(entry));
  const staying = runs.findLast((run) => !isGone(run));
  return runs.flatMap((run, index) => {
    if (!isGone(run)) return takeFrom(run, removed);
    const isNext = staying !== undefined && runs[index - 1] === staying;
    return takeAll(page, run, staying?.at(-1), isNext);
  });
}

function runsOf(text: string, body: readonly Entry[]): Run[] {
  const runs: Entry[][] = [];
  for (const [index, entry] of body.entries()) {
    const before = body[index - 1];
    if (before && !text.slice(before.range[1], entry.range[0]).includes('\n')) runs.at(-1)?.push(entry);
    else runs.push([entry]);
  }
  return runs;
}

/**
 * Takes a run as a whole. `staying` is the last entry of the last run that stays, of which `isNext` says that it stands
 * directly before this one.
 */
function takeAll(page: Page, run: Run, staying: Entry | undefined, isNext: boolean): Splice[] {
  const [first, last] = [run[0], run.at(-1)];
  if (!first || !last) return [];
  const { text } = page;
  const [start, end] = [first.range[0], last.range[1]];
  const comma = commaBehind(text, end);
  const line = last.loc.end.line;
  // The last entry of all, without a comma: the one that is last from now on gets none either.
  const loose = comma === null && staying ? takeComma(text, staying) : [];
  const hasLines =
    beginsLine(page, first) &&
    (comma ?? 0) < page.end(line) &&
    /^[ \t]*,?[ \t]*(#.*)?\r?\n$/.test(text.slice(end, page.end(line)));
  if (hasLines) return [...loose, { start: page.start(first.loc.start.line), end: page.end(line), text: '' }];
  if (comma !== null)
    return [
      { start, end, text: '' },
      { start: comma, end: comma + 1, text: '' },
    ];
  const isAlone = staying && isNext && !text.slice(staying.range[1], start).includes('#');
  return isAlone ? [{ start: staying.range[1], end, text: '' }] : [...loose, { start, end, text: '' }];
}

function beginsLine(page: Page, entry: Entry): boolean {
  return page.text.slice(page.start(entry.loc.start.line), entry.range[0]).trim() === '';
}

/** Takes the comma behind an entry, and the blanks before it. */
function takeComma(text: string, { range: [, end] }: Entry): Splice[] {
  const comma = commaBehind(text, end);
  if (comma === null) return [];
  return [{ start: text.slice(end, comma).trim() === '' ? end : comma, end: comma + 1, text: '' }];
}
