import type { AST } from 'toml-eslint-parser';
import type { Splice } from './splice.js';

/** A new entry: the names that lead to it from the inline table, as they are written, and its value. */
export type Added = { readonly names: readonly string[]; readonly value: string };

/**
 * The splices that take entries out of a `{ … }` and put new ones behind the last that stays. The table must stand on
 * one line: on several, TOML 1.1 allows comments between entries, and whose they are is not ours to guess.
 * Blanks stay where they are, so that taking out what was put in gives the same bytes: `{  }` comes back as `{  }`.
 */
export function changeInline(
  text: string,
  table: AST.TOMLInlineTable,
  added: readonly Added[],
  removed: ReadonlySet<AST.TOMLKeyValue>,
): Splice[] {
  const splices = takeOut(text, table, removed);
  if (added.length === 0) return splices;
  const [first] = table.body;
  const lastKept = table.body.findLast((entry) => !removed.has(entry));
  const at = lastKept?.range[1] ?? first?.range[0] ?? Math.floor((table.range[0] + table.range[1] + 1) / 2);
  return [{ start: at, end: at, text: (lastKept ? ', ' : '') + render(added) }, ...splices];
}

function takeOut(text: string, table: AST.TOMLInlineTable, removed: ReadonlySet<AST.TOMLKeyValue>): Splice[] {
  const splices: Splice[] = [];
  let kept = false;
  for (const [index, entry] of table.body.entries()) {
    const [start, end] = entry.range;
    const before = table.body[index - 1];
    const after = table.body[index + 1];
    if (!removed.has(entry)) kept = true;
    else if (kept && before) splices.push({ start: before.range[1], end, text: '' });
    else if (after) splices.push({ start, end: after.range[0], text: '' });
    else splices.push({ start, end: end + commaAfter(text, end), text: '' });
  }
  return splices;
}

function commaAfter(text: string, at: number): number {
  const match = /^[ \t]*,/.exec(text.slice(at));
  return match ? match[0].length : 0;
}

function render(added: readonly Added[]): string {
  const byName = new Map<string, Added[]>();
  for (const { names, value } of added) {
    const [name = '', ...rest] = names;
    byName.set(name, [...(byName.get(name) ?? []), { names: rest, value }]);
  }
  return [...byName]
    .map(([name, entries]) => {
      const leaf = entries.find(({ names }) => names.length === 0);
      return `${name} = ${leaf ? leaf.value : `{ ${render(entries)} }`}`;
    })
    .join(', ');
}
