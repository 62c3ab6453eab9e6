import { isDeepStrictEqual } from 'node:util';
import { find } from './locate.js';
import { type Opened, openToml, pageOf } from './open.js';
import { partsOf } from './parts.js';
import { readRaw } from './raw.js';
import { readExactly, type TomlTable, type TomlValue } from './read.js';
import { EditRefused } from './refused.js';
import { TomlSyntaxError } from './syntax-error.js';
import { isTable } from './table.js';

type Path = readonly string[];
type Found = Pick<Opened, 'page' | 'root'>;

/**
 * How the value at each path is written: its raw text as it stands in the document, without a comment behind it. An
 * inline table is a value here. null where nothing stands, or a table in another spelling, or an array of tables.
 *
 * @throws EditRefused, TomlSyntaxError as `edit` does
 */
export function spellings(text: string, paths: readonly Path[]): (string | null)[] {
  const { page } = pageOf(text);
  const document = readExactly(text);
  if (paths.every((path) => valueAt(document, path) === undefined)) return paths.map(() => null);
  const found = inParts(page, paths, document);
  if (found !== null) return found;
  const opened = openToml(text);
  return paths.map((path) => spelled(opened, path));
}

/** Looked up in those parts of a text that the paths are about; null where a value there is not the one that is meant. */
function inParts(page: Found['page'], paths: readonly Path[], document: TomlTable): (string | null)[] | null {
  try {
    const wishes = paths.map(([first = '', ...rest]) => ({ path: [first, ...rest] as const, set: '' }));
    const opened = openToml(partsOf(page, wishes).text);
    const found = paths.map((path) => spelled(opened, path));
    const isMeant = (raw: string | null, path: Path) =>
      isDeepStrictEqual(raw === null ? undefined : readRaw(raw), valueAt(document, path));
    return found.every((raw, index) => isMeant(raw, paths[index] as Path)) ? found : null;
  } catch (error) {
    if (error instanceof EditRefused || error instanceof TomlSyntaxError) return null;
    throw error;
  }
}

function spelled({ page, root }: Found, path: Path): string | null {
  const { rest, spot } = find(root, path);
  if (spot === undefined || rest.length !== 1) return null;
  const value = spot.is === 'value' ? spot.entry.value : spot.is === 'table' ? spot.inline : null;
  return value && page.text.slice(...value.range);
}

function valueAt(document: TomlTable, path: Path): TomlValue | undefined {
  let value: TomlValue | undefined = document;
  for (const name of path) {
    if (value === undefined || !isTable(value)) return undefined;
    value = value[name];
  }
  return value;
}
