import type { Edit } from '../../src/toml/edit.js';
import { readToml, type TomlTable, type TomlValue } from '../../src/toml/read.js';

/** The edits that take out what `edits` put into `before`: each by the first name of its path that was not there. */
export function undoOf(before: string, edits: readonly Edit[]): Edit[] {
  const root = readToml(before);
  const byPath = new Map<string, Edit>();
  for (const { path } of edits) {
    let value: TomlValue | undefined = root;
    const known = path.findIndex((name) => {
      value = (value as TomlTable)[name];
      return value === undefined;
    });
    const [first, ...rest] = path.slice(0, known + 1);
    if (first !== undefined)
      byPath.set(JSON.stringify([first, ...rest]), { path: [first, ...rest], remove: true });
  }
  return [...byPath.values()];
}
