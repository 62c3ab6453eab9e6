import { type AST, parseTOML } from 'toml-eslint-parser';
import { nameOf } from './locate.js';
import { maskLine, maskLines } from './secret-lines.js';
import { isInSecretTable, isMisplacedKey, isSecretName } from './secret-names.js';
import { type Splice, spliced } from './splice.js';

/**
 * A TOML text with every secret replaced by "••••" in the same quotes, for showing it. Commented-out keys count as
 * keys. A text that doesn't parse is masked line by line. Lines stay, but for those of a secret that spans several.
 */
export function maskSecrets(text: string): string {
  const bom = text.startsWith('\uFEFF') ? '\uFEFF' : '';
  const body = text.slice(bom.length);
  // Lines do for a text of unusual size: to know every position in 1 MB takes half a second and 100 MB.
  const parsed = body.length > 256 * 1024 ? null : maskParsed(body);
  return bom + (parsed ?? maskLines(body));
}

/** A value to mask, or an inline table whose comments may hold what to mask. */
type Place = {
  readonly range: AST.TOMLContentNode['range'];
  readonly path: readonly string[];
  readonly isSecret: boolean;
};

function maskParsed(text: string): string | null {
  try {
    const program = parseTOML(text, { tomlVersion: '1.1' });
    const places = program.body[0].body.flatMap((node) => {
      if (node.type === 'TOMLKeyValue') return placesOf(node, []);
      const section = sectionOf(node);
      return node.body.flatMap((entry) => placesOf(entry, section));
    });
    const values = places
      .filter(({ isSecret }) => isSecret)
      .map(({ range: [start, end] }) => ({
        start,
        end,
        text: masked(text.slice(start, end)),
      }));
    const spanning = places.filter(({ range }) => text.slice(...range).includes('\n'));
    return spliced(text, [...values, ...commentsOf(program, spanning)]);
  } catch {
    return null; // No TOML, or nested too deeply.
  }
}

function sectionOf(table: AST.TOMLTable): string[] {
  return table.resolvedKey.filter((name) => typeof name === 'string');
}

function placesOf(entry: AST.TOMLKeyValue, section: readonly string[]): Place[] {
  return placesIn(entry.value, [...section, ...entry.key.keys.map(nameOf)]);
}

function placesIn(value: AST.TOMLContentNode, path: readonly string[]): Place[] {
  const { range } = value;
  if (isSecretName(path)) return [{ range, path, isSecret: true }];
  if (value.type === 'TOMLValue' && value.kind === 'string' && isMisplacedKey(path, value.value))
    return [{ range, path, isSecret: true }];
  if (value.type === 'TOMLInlineTable')
    return [{ range, path, isSecret: false }, ...value.body.flatMap((entry) => placesOf(entry, path))];
  if (isInSecretTable(path)) return [{ range, path, isSecret: true }];
  return value.type === 'TOMLArray' ? value.elements.flatMap((element) => placesIn(element, path)) : [];
}

function masked(raw: string): string {
  const quotes = /^("""|'''|"|')/.exec(raw)?.[0] ?? '"';
  return `${quotes}••••${quotes}`;
}

/** Comments that hold a secret, but for those within a value that is masked as a whole. */
function commentsOf(program: AST.TOMLProgram, spanning: readonly Place[]): Splice[] {
  const tables = program.body[0].body.filter((node) => node.type === 'TOMLTable');
  let next = 0;
  let section: string[] = [];
  return program.comments.flatMap(({ value, range: [start, end] }) => {
    for (let table = tables[next]; table && table.range[0] < start; table = tables[next]) {
      section = sectionOf(table);
      next += 1;
    }
    const around = spanning.findLast(({ range }) => range[0] < start && end <= range[1]);
    const safe = around?.isSecret ? null : maskLine(`#${value}`, around?.path ?? section);
    return safe === null ? [] : [{ start, end, text: safe }];
  });
}
