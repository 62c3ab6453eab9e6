import type { AST } from 'toml-eslint-parser';
import { type Added, changeInline } from './inline.js';
import { addOnLines, isOverLines, takeOffLines } from './inline-lines.js';
import { find, lineOf, type Spot, type Table, type Value } from './locate.js';
import type { Page } from './page.js';
import { type NewKey, placeInline, placeLines } from './place.js';
import { quoteScalar, type Scalar } from './quote.js';
import { EditRefused } from './refused.js';
import { blanksLeftOver, entriesOf, linesOf } from './remove.js';
import type { Splice } from './splice.js';
import type { Edit } from './verify.js';

type InlineChange = { added: Added[]; removed: Set<AST.TOMLKeyValue> };

/**
 * The splices that make the edits in a located document.
 *
 * @throws EditRefused
 */
export function changes(page: Page, root: Table, edits: readonly Edit[]): Splice[] {
  const values: Splice[] = [];
  const added: NewKey[] = [];
  const removed: (Value | Table)[] = [];
  for (const one of edits) {
    const { table, rest, spot } = find(root, one.path);
    if ('remove' in one) {
      if (spot && rest.length === 1) removed.push(removable(one.path, spot));
    } else if (spot) values.push(...replace(page, valueAt(one, rest, spot), one));
    else added.push({ path: one.path, table, rest, value: textOf(one) });
  }
  return [...values, ...inlineChanges(page, added, removed), ...lineChanges(page, root, added, removed)];
}

function removable(path: readonly string[], spot: Spot): Value | Table {
  if (spot.is === 'series') throw new EditRefused(path, lineOf(spot), 'it is an array of tables there');
  return spot;
}

type Setting = Exclude<Edit, { remove: true }>;

function textOf(one: Setting): string {
  return 'raw' in one ? one.raw : quoteScalar(one.set);
}

/** Who says what to write for a table may replace one in braces; a scalar never takes the place of a table. */
function valueAt(one: Setting, rest: readonly string[], spot: Spot): AST.TOMLContentNode {
  if (rest.length === 1 && spot.is === 'value') return spot.entry.value;
  if (rest.length === 1 && spot.is === 'table' && spot.inline && 'raw' in one) return spot.inline;
  const kind = spot.is === 'table' ? 'a table' : spot.is === 'series' ? 'an array of tables' : 'a value';
  const what = rest.length === 1 ? 'it' : rest[0];
  throw new EditRefused(one.path, lineOf(spot), `${what} is ${kind} there`);
}

/** What means the same already stays as the user wrote it: `600_000` for 600000. Raw text is taken at its word. */
function replace(page: Page, value: AST.TOMLContentNode, wanted: Setting): Splice[] {
  const [start, end] = value.range;
  const text = textOf(wanted);
  const isThere = 'raw' in wanted ? page.text.slice(start, end) === text : means(value, wanted.set);
  return isThere ? [] : [{ start, end, text }];
}

function means(value: AST.TOMLContentNode, wanted: Scalar): boolean {
  if (value.type !== 'TOMLValue') return false;
  if (value.kind === 'integer') return Number.isSafeInteger(wanted) && value.bigint === BigInt(wanted);
  if (value.kind === 'float') return !Number.isInteger(wanted) && value.value === wanted;
  return value.value === wanted;
}

function lineChanges(
  page: Page,
  root: Table,
  added: readonly NewKey[],
  removed: readonly (Value | Table)[],
): Splice[] {
  const gone = new Set(removed.flatMap(linesOf));
  const onLines = added.filter((key) => placeInline(page, key) === null);
  const insertions = placeLines(page, root, onLines, gone);
  const blanks = blanksLeftOver(page, gone, new Set(insertions.map(({ after }) => after)));
  return [
    ...insertions.map(({ after, lines }) => {
      const ending = page.ending(after);
      const at = page.end(after);
      return { start: at, end: at, text: lines.map((line) => line + ending).join('') };
    }),
    ...[...gone, ...blanks].map((line) => ({ start: page.start(line), end: page.end(line), text: '' })),
  ];
}

function inlineChanges(page: Page, added: readonly NewKey[], removed: readonly (Value | Table)[]): Splice[] {
  const byTable = new Map<AST.TOMLInlineTable, InlineChange>();
  const changeOf = (table: AST.TOMLInlineTable) => {
    const known = byTable.get(table) ?? { added: [], removed: new Set() };
    byTable.set(table, known);
    return known;
  };
  for (const key of added) {
    const place = placeInline(page, key);
    if (place) changeOf(place.table).added.push(place.added);
  }
  for (const entry of removed.flatMap(entriesOf))
    if (entry.parent.type === 'TOMLInlineTable') changeOf(entry.parent).removed.add(entry);
  return [...byTable].flatMap(([table, change]) => {
    if (!isOverLines(table)) return changeInline(page.text, table, change.added, change.removed);
    if (change.removed.size > 0) return takeOffLines(page, table, change.removed);
    return addOnLines(page, table, change.added);
  });
}

/**
 * The edits that have to be made before the others: in braces over several lines, where a new entry goes depends on
 * what is left there.
 */
export function earlyOf(root: Table, edits: readonly Edit[]): Edit[] {
  return edits.filter((one) => {
    const { rest, spot } = find(root, one.path);
    if (!('remove' in one) || rest.length !== 1 || !spot || spot.is === 'series') return false;
    return entriesOf(spot).some(({ parent }) => parent.type === 'TOMLInlineTable' && isOverLines(parent));
  });
}
