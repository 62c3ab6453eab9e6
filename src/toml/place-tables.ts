import type { AST } from 'toml-eslint-parser';
import type { Table } from './locate.js';
import type { Page } from './page.js';
import type { Insertion } from './place.js';

/** A `[table]` that the document lacks: its header and keys as lines, and the deepest table around it that is there. */
export type NewTable = { readonly lines: readonly string[]; readonly around: Table };

/**
 * Where new tables go: behind the last that stands below the same table, sub-tables included, else at the end of the
 * file. `gone` are the lines that are taken out, `keys` are the insertions of new keys, which may stand in their place.
 */
export function placeTables(
  page: Page,
  root: Table,
  tables: readonly NewTable[],
  gone: ReadonlySet<number>,
  keys: readonly Insertion[],
): Insertion[] {
  const filled = new Set(keys.map(({ after }) => after));
  const isFilled = (line: number) => filled.has(line) || !(gone.has(line) || page.isBlank(line));
  const all = root.own?.type === 'TOMLTopLevelTable' ? root.own.body : [];
  const staying = all.filter((node) => !gone.has(node.loc.start.line));
  return tables.map(({ lines, around }, index) => {
    const sibling = around.headers.findLast((header) => !gone.has(header.loc.start.line));
    const next = sibling && staying[staying.indexOf(sibling) + 1];
    if (!next) {
      const after = upTo(page.count, isFilled);
      return { after, lines: after === 0 && index === 0 && !filled.has(0) ? lines : ['', ...lines] };
    }
    const after = behindSibling(page, staying, next, isFilled);
    // Where nothing stands between two tables, nothing is put there, and nothing has to be taken out again.
    return { after, lines: page.isBlank(after + 1) ? ['', ...lines] : lines };
  });
}

/**
 * The last line before the next table. The comments right above that one are its own; others, commented-out keys
 * maybe, stay with the table that they follow.
 */
function behindSibling(
  page: Page,
  staying: readonly (AST.TOMLKeyValue | AST.TOMLTable)[],
  next: AST.TOMLKeyValue | AST.TOMLTable,
  isFilled: (line: number) => boolean,
): number {
  const before = staying[staying.indexOf(next) - 1]?.loc.end.line ?? 0;
  let line = next.loc.start.line - 1;
  while (line > before && page.isComment(line) && isFilled(line)) line -= 1;
  return Math.max(before, upTo(line, isFilled));
}

/** The last line, from `line` upwards, that has something on it; 0 where none has. */
function upTo(line: number, isFilled: (line: number) => boolean): number {
  let filled = line;
  while (filled > 0 && !isFilled(filled)) filled -= 1;
  return filled;
}
