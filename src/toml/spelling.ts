import { find } from './locate.js';
import { openToml } from './open.js';
import { readExactly } from './read.js';

/**
 * How the value at each path is written: its raw text as it stands in the document, without a comment behind it. An
 * inline table is a value here. null where nothing stands, or a table in another spelling, or an array of tables.
 *
 * @throws EditRefused, TomlSyntaxError as `edit` does
 */
export function spellings(text: string, paths: readonly (readonly string[])[]): (string | null)[] {
  const { page, root } = openToml(text);
  readExactly(text);
  return paths.map((path) => {
    const { rest, spot } = find(root, path);
    if (spot === undefined || rest.length !== 1) return null;
    const value = spot.is === 'value' ? spot.entry.value : spot.is === 'table' ? spot.inline : null;
    return value && page.text.slice(...value.range);
  });
}
