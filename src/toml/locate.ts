import { type AST, parseTOML } from 'toml-eslint-parser';

/** A key with a value that is no table. */
export type Value = { readonly is: 'value'; readonly entry: AST.TOMLKeyValue };

/** `[[name]]`: what it holds has no path that an edit could name. */
type Series = { readonly is: 'series'; readonly header: AST.TOMLTable };

/** A table, in whichever of TOML's spellings the document has it. */
export type Table = {
  readonly is: 'table';
  readonly keys: Map<string, Spot>;
  /** The `[header]` that opens it, for the root the document itself; null where only other spellings name it. */
  own: AST.TOMLTopLevelTable | AST.TOMLTable | null;
  /** The value where it is written `name = { … }`. */
  inline: AST.TOMLInlineTable | null;
  /** All headers that name it or a table below it. */
  readonly headers: AST.TOMLTable[];
  /** The entries that spell it: `name = { … }`, or dotted keys, of which the first `parts` names lead here. */
  readonly entries: { readonly node: AST.TOMLKeyValue; readonly parts: number }[];
};

export type Spot = Value | Series | Table;

/**
 * Where every key of a document stands, as a tree of its tables. Expects neither BOM nor lone CR.
 *
 * @throws ParseError, or RangeError for a document that is nested too deeply for the parser.
 */
export function locate(text: string): Table {
  const [document] = parseTOML(text, { tomlVersion: '1.1' }).body;
  const root = newTable();
  root.own = document;
  for (const node of document.body) {
    if (node.type === 'TOMLKeyValue') addEntry(root, node);
    else {
      const table = openHeader(root, node);
      if (table !== null) for (const entry of node.body) addEntry(table, entry);
    }
  }
  return root;
}

/**
 * Follows a path as far as tables lead. Where one name of `rest` is left, `spot` is what stands at the path; where more
 * are left, `spot` is what stands in their way.
 */
export function find(
  root: Table,
  path: readonly string[],
): { table: Table; rest: string[]; spot: Spot | undefined } {
  let table = root;
  for (const [index, name] of path.entries()) {
    const spot = table.keys.get(name);
    if (spot?.is !== 'table' || index === path.length - 1) return { table, rest: path.slice(index), spot };
    table = spot;
  }
  return { table, rest: [], spot: table };
}

/** The line on which a spot is first written. */
export function lineOf(spot: Spot): number | null {
  if (spot.is === 'value') return spot.entry.loc.start.line;
  if (spot.is === 'series') return spot.header.loc.start.line;
  const lines = [...spot.entries.map(({ node }) => node), ...spot.headers].map((node) => node.loc.start.line);
  return lines.length === 0 ? null : Math.min(...lines);
}

/** The name that one part of a key stands for. */
export function nameOf(part: AST.TOMLBare | AST.TOMLQuoted): string {
  return part.type === 'TOMLBare' ? part.name : part.value;
}

function newTable(): Table {
  return { is: 'table', keys: new Map(), own: null, inline: null, headers: [], entries: [] };
}

function tableIn(parent: Table, name: string): Table {
  const known = parent.keys.get(name);
  if (known?.is === 'table') return known;
  const table = newTable();
  parent.keys.set(name, table);
  return table;
}

/** The table that a header opens; null for what lies in an array of tables. */
function openHeader(root: Table, header: AST.TOMLTable): Table | null {
  let table = root;
  for (const [index, name] of header.resolvedKey.entries()) {
    if (typeof name === 'number') return null;
    if (typeof header.resolvedKey[index + 1] === 'number') {
      if (!table.keys.has(name)) table.keys.set(name, { is: 'series', header });
      return null;
    }
    table = tableIn(table, name);
    table.headers.push(header);
  }
  table.own = header;
  return table;
}

function addEntry(base: Table, node: AST.TOMLKeyValue): void {
  const names = node.key.keys.map(nameOf);
  const isTable = node.value.type === 'TOMLInlineTable';
  let table = base;
  for (const [index, name] of names.entries()) {
    if (index === names.length - 1 && !isTable) table.keys.set(name, { is: 'value', entry: node });
    else {
      table = tableIn(table, name);
      table.entries.push({ node, parts: index + 1 });
    }
  }
  if (node.value.type !== 'TOMLInlineTable') return;
  table.inline = node.value;
  for (const entry of node.value.body) addEntry(table, entry);
}
