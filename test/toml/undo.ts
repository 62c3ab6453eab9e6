import type { Edit } from '../../src/toml/edit.js';
import { readToml, type TomlTable, type TomlValue } from '../../src/toml/read.js';
import { spellings } from '../../src/toml/spelling.js';

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

/** The edits that undo `edits` on what they made of `before`: old values as they were written, new keys out again. */
export function backOf(before: string, edits: readonly Edit[]): Edit[] {
  const old = spellings(
    before,
    edits.map(({ path }) => path),
  );
  const changed = edits.flatMap(({ path }, index): Edit[] => {
    const raw = old[index];
    return typeof raw === 'string' ? [{ path, raw }] : [];
  });
  const added = edits.filter((_, index) => old[index] === null);
  return [...changed, ...undoOf(before, added)];
}
