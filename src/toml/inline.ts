import type { AST } from 'toml-eslint-parser';
import type { Splice } from './splice.js';

export type Entry = AST.TOMLKeyValue;

/** Entries of a table between which no line ends. */
export type Run = readonly Entry[];

/** A new entry: the names that lead to it from the inline table, as they are written, and its value. */
export type Added = { readonly names: readonly string[]; readonly value: string };

/**
 * The splices that take entries out of a `{ … }` on one line and put new ones behind the last that stays.
 * Blanks stay where they are, so that taking out what was put in gives the same bytes: `{  }` comes back as `{  }`.
 */
export function changeInline(
  text: string,
  table: AST.TOMLInlineTable,
  added: readonly Added[],
  removed: ReadonlySet<Entry>,
): Splice[] {
  const [first] = table.body;
  const lastKept = table.body.findLast((entry) => !removed.has(entry));
  const splices = first && !lastKept ? takeEvery(text, table.body) : takeFrom(table.body, removed);
  if (added.length === 0) return splices;
  const at = lastKept?.range[1] ?? first?.range[0] ?? Math.floor((table.range[0] + table.range[1] + 1) / 2);
  return [{ start: at, end: at, text: (lastKept ? ', ' : '') + written(added).join(', ') }, ...splices];
}

/** With a comma behind the last. */
function takeEvery(text: string, body: Run): Splice[] {
  const [start = 0] = body[0]?.range ?? [];
  const [, end = 0] = body.at(-1)?.range ?? [];
  const comma = commaBehind(text, end);
  return [{ start, end: comma === null ? end : comma + 1, text: '' }];
}

/** Takes entries out of a run of which others stay, each with one comma. What follows the run stays as it is. */
export function takeFrom(run: Run, removed: ReadonlySet<Entry>): Splice[] {
  const splices: Splice[] = [];
  let kept = false;
  for (const [index, entry] of run.entries()) {
    const before = run[index - 1];
    const after = run[index + 1];
    if (!removed.has(entry)) kept = true;
    else if (kept && before) splices.push({ start: before.range[1], end: entry.range[1], text: '' });
    else if (after) splices.push({ start: entry.range[0], end: after.range[0], text: '' });
  }
  return splices;
}

/** Where the comma behind an entry stands; comments and ends of lines may come before it. */
export function commaBehind(text: string, at: number): number | null {
  const gap = /(?:[ \t\r\n]|#[^\n]*\n)*/y;
  gap.lastIndex = at;
  gap.exec(text);
  return text[gap.lastIndex] === ',' ? gap.lastIndex : null;
}

/** The text of new entries; those that share a first name become one, with braces of its own. */
export function written(added: readonly Added[]): string[] {
  const byName = new Map<string, Added[]>();
  for (const { names, value } of added) {
    const [name = '', ...rest] = names;
    byName.set(name, [...(byName.get(name) ?? []), { names: rest, value }]);
  }
  return [...byName].map(([name, entries]) => {
    const leaf = entries.find(({ names }) => names.length === 0);
    return `${name} = ${leaf ? leaf.value : `{ ${written(entries).join(', ')} }`}`;
  });
}
