import type { AST } from 'toml-eslint-parser';
import type { Table, Value } from './locate.js';
import type { Page } from './page.js';

/** The entries that spell a value or a table; where a header spells it, there may be none. */
export function entriesOf(spot: Value | Table): AST.TOMLKeyValue[] {
  return spot.is === 'value' ? [spot.entry] : spot.entries.map(({ node }) => node);
}

/**
 * The lines that go with a value or a table: its entries on lines of their own, its headers down to their last key.
 * A comment behind that key belongs to what follows, and stays.
 */
export function linesOf(spot: Value | Table): number[] {
  const entries = entriesOf(spot).filter((entry) => entry.parent.type !== 'TOMLInlineTable');
  const headers = spot.is === 'table' ? spot.headers : [];
  return [...entries, ...headers].flatMap(({ loc }) =>
    Array.from({ length: loc.end.line - loc.start.line + 1 }, (_, index) => loc.start.line + index),
  );
}

/**
 * The blank lines that have to go with lines that go: where a blank line (or an end of the file) stands on both sides,
 * one would be left over. `kept` are the lines behind which something new comes; there nothing is left over.
 */
export function blanksLeftOver(
  page: Page,
  gone: ReadonlySet<number>,
  kept: ReadonlySet<number>,
): Set<number> {
  const blanks = new Set<number>();
  let lastKept = page.lastFilled;
  while (gone.has(lastKept) || (lastKept > 0 && page.isBlank(lastKept))) lastKept -= 1;
  const isQuiet = (line: number) => line < 1 || line > page.count || page.isBlank(line);
  for (const first of [...gone].sort((a, b) => a - b)) {
    if (gone.has(first - 1)) continue;
    let last = first;
    while (gone.has(last + 1)) last += 1;
    const before = first - 1;
    const after = last + 1;
    if (!isQuiet(before) || !isQuiet(after)) continue;
    if (Array.from({ length: after - before }, (_, index) => before + index).some((line) => kept.has(line)))
      continue;
    const canBefore = before >= 1 && !blanks.has(before);
    const canAfter = after < lastKept;
    // Of two, the empty one: that is what an insertion writes, and tabs or blanks are then the user's.
    if (canBefore && !(canAfter && page.isEmpty(after) && !page.isEmpty(before))) blanks.add(before);
    else if (canAfter) blanks.add(after);
  }
  return blanks;
}
