import { find } from './locate.js';
import { openPage } from './open.js';

/**
 * The raw text of the values at these paths, as the document spells them; null where nothing stands, or a table that
 * headers or dotted keys spell. An inline table counts as a value.
 *
 * @throws EditRefused; TomlSyntaxError where `text` is no TOML
 */
export function spellings(text: string, paths: readonly (readonly string[])[]): (string | null)[] {
  const { page, root } = openPage(text);
  return paths.map((path) => {
    const { rest, spot } = find(root, path);
    if (rest.length > 1 || spot === undefined || spot.is === 'series') return null;
    const range = spot.is === 'value' ? spot.entry.value.range : spot.inline?.range;
    return range === undefined ? null : page.text.slice(...range);
  });
}
