import type { AST } from 'toml-eslint-parser';
import type { Added } from './inline.js';
import type { Table } from './locate.js';
import type { Page } from './page.js';
import { placeTables } from './place-tables.js';
import { quoteKey } from './quote.js';

/** A key that the document lacks: `rest` is what its path has below `table`, the deepest that exists. */
export type NewKey = {
  readonly path: readonly string[];
  readonly table: Table;
  readonly rest: readonly string[];
  readonly value: string;
};

/** New lines, and the line behind which they go (0: before the first). */
export type Insertion = { readonly after: number; readonly lines: readonly string[] };

/** The inline table that a new key has to go into, and the entry to write there; null where it gets its own line. */
export function placeInline(page: Page, key: NewKey): { table: AST.TOMLInlineTable; added: Added } | null {
  const names = key.rest.map(quoteKey);
  if (key.table.inline) return { table: key.table.inline, added: { names, value: key.value } };
  const dotted = dottedForm(page, key.table);
  if (dotted?.node.parent.type !== 'TOMLInlineTable') return null;
  const [name = '', ...deeper] = names;
  return {
    table: dotted.node.parent,
    added: { names: [`${dotted.prefix}.${name}`, ...deeper], value: key.value },
  };
}

/**
 * Where the lines of new keys go, in the form that the document already uses for their tables. `gone` are the lines that
 * are taken out.
 */
export function placeLines(
  page: Page,
  root: Table,
  keys: readonly NewKey[],
  gone: ReadonlySet<number>,
): Insertion[] {
  const insertions: Insertion[] = [];
  const top: string[] = [];
  const tables = new Map<string, { lines: string[]; around: Table }>();
  for (const { path, table, rest, value } of keys) {
    const assignment = `${written(rest)} = ${value}`;
    const dotted = dottedForm(page, table);
    if (dotted) insertions.push(behind(page, dotted.node, `${dotted.prefix}.${assignment}`));
    else if (rest.length > 1 || table.own === null) {
      const header = `[${written(path.slice(0, -1))}]`;
      const known = tables.get(header) ?? { lines: [header], around: table };
      tables.set(header, known);
      known.lines.push(`${written(path.slice(-1))} = ${value}`);
    } else if (table.own.type === 'TOMLTable')
      insertions.push(behind(page, table.own.body.at(-1) ?? table.own, assignment));
    else top.push(assignment);
  }
  insertions.push(...placeTop(page, root, top, gone));
  return [...insertions, ...placeTables(page, root, [...tables.values()], gone, insertions)];
}

function written(names: readonly string[]): string {
  return names.map(quoteKey).join('.');
}

/** The last dotted key that spells a table, and its own spelling of the names that lead there. */
function dottedForm(page: Page, table: Table): { node: AST.TOMLKeyValue; prefix: string } | null {
  const last = table.inline === null ? table.entries.at(-1) : undefined;
  const part = last?.node.key.keys[last.parts - 1];
  if (!last || !part) return null;
  return { node: last.node, prefix: page.text.slice(last.node.range[0], part.range[1]) };
}

function behind(page: Page, node: AST.TOMLKeyValue | AST.TOMLTable, line: string): Insertion {
  return { after: node.loc.end.line, lines: [page.indent(node.loc.start.line) + line] };
}

/** Never between a header and the comments on it, and apart from a comment that speaks of the whole file. */
function placeTop(page: Page, root: Table, lines: readonly string[], gone: ReadonlySet<number>): Insertion[] {
  if (lines.length === 0) return [];
  const nodes = root.own?.type === 'TOMLTopLevelTable' ? root.own.body : [];
  const keys = nodes.filter((node) => node.type === 'TOMLKeyValue');
  const lastKey = keys.at(-1);
  if (lastKey) {
    const after = lastKey.loc.end.line;
    const indent = page.indent(lastKey.loc.start.line);
    const blank = standApart(page, keys) && !gone.has(after) ? [''] : [];
    return [{ after, lines: lines.flatMap((line) => [...blank, indent + line]) }];
  }
  const [header] = nodes;
  if (header) {
    let above = header.loc.start.line - 1;
    while (above > 0 && page.isComment(above)) above -= 1;
    return [{ after: above, lines: [...lines, ''] }];
  }
  let after = 0;
  while (after < page.lastFilled && page.isBlank(after + 1)) after += 1;
  while (after < page.lastFilled && page.isComment(after + 1)) after += 1;
  return [{ after, lines: after === 0 ? lines : ['', ...lines] }];
}

/** True where a blank line stands between all of the keys (three make a habit) and behind the last. */
function standApart(page: Page, keys: readonly AST.TOMLKeyValue[]): boolean {
  if (keys.length < 3) return false;
  return keys.every(({ loc }, index) => {
    const next = keys[index + 1]?.loc.start.line;
    if (next === undefined) return loc.end.line === page.count || page.isBlank(loc.end.line + 1);
    return page.isBlank(loc.end.line + 1) || page.isBlank(next - 1);
  });
}
