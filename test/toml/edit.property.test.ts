import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Edit, edit } from '../../src/toml/edit.js';
import { readToml, type TomlTable, type TomlValue } from '../../src/toml/read.js';
import { documents, keyOf, type Line, type Model } from './documents.js';
import { editLists, touches } from './edits.js';
import { FUZZ_FEW } from './runs.js';
import { undoOf } from './undo.js';

/** Every scalar that stands outside of what the generator adds to be left alone, by its path. */
function scalarsOf(table: TomlTable, path: readonly string[] = []): [string, TomlValue][] {
  return Object.entries(table).flatMap(([name, value]): [string, TomlValue][] => {
    const here = [...path, name];
    if (typeof value !== 'object') return [[keyOf(here), value]];
    return Array.isArray(value) || value instanceof Date ? [] : scalarsOf(value as TomlTable, here);
  });
}

function editedModel(text: string, edits: readonly Edit[]): Model {
  const model: Model = new Map(scalarsOf(readToml(text)) as [string, string][]);
  for (const one of edits) {
    for (const key of [...model.keys()])
      if ('remove' in one && touches(one.path, JSON.parse(key)) && one.path.length <= JSON.parse(key).length)
        model.delete(key);
    if ('set' in one) model.set(keyOf(one.path), one.set === 0 ? 0 : one.set);
  }
  return model;
}

function isConcerned(line: Line, edits: readonly Edit[]): boolean {
  return edits.some((one) => {
    // A comment goes with its table, nothing else; a blank line may go with what stood beside it.
    if (line.isFree)
      return 'remove' in one && (line.text.trim() === '' || touchesTable(one.path, line.about));
    return touches(one.path, line.about) && !(one.path.length > line.about.length && isHeader(line));
  });
}

const isHeader = (line: Line) => line.text.trimStart().startsWith('[');
const touchesTable = (path: readonly string[], table: readonly string[]) =>
  path.length <= table.length && touches(path, table);

/**
 * The first line that is not in `text` after the ones before it. A last line without an ending gets one when others
 * come behind it, and the one before loses its own when it becomes the last.
 */
function firstLost(lines: readonly Line[], text: string): Line | undefined {
  const rest = text.replace(/^\uFEFF/, '').split(/(?<=\n)/);
  let at = 0;
  return lines.find(({ text: line, ending }) => {
    while (at < rest.length) {
      const candidate = rest[at] ?? '';
      at += 1;
      const isOpen = ending === '' || (at === rest.length && !candidate.endsWith('\n'));
      if (candidate === line + ending || (isOpen && candidate.replace(/\r?\n$/, '') === line)) return false;
    }
    return line + ending !== '';
  });
}

test('the generated documents mean what their model says', () => {
  fc.assert(
    fc.property(documents, ({ text, model }) => {
      expect(Object.fromEntries(scalarsOf(readToml(text)))).toMatchObject(Object.fromEntries(model));
    }),
    FUZZ_FEW,
  );
});

test('an edit does what it should, once, and leaves every other line', () => {
  fc.assert(
    fc.property(documents, editLists, (document, edits) => {
      const after = edit(document.text, edits);
      expect(new Map(scalarsOf(readToml(after)))).toEqual(editedModel(document.text, edits));
      expect(edit(after, edits)).toBe(after);
      expect(
        firstLost(
          document.lines.filter((line) => !isConcerned(line, edits)),
          after,
        ),
      ).toBeUndefined();
      expect(after.startsWith('\uFEFF')).toBe(document.text.startsWith('\uFEFF'));
      // An empty text may get a newline, and one that is emptied loses it.
      const isFilled = [document.text, after].every((text) => text.replace('\uFEFF', '') !== '');
      if (isFilled) expect(after.endsWith('\n')).toBe(document.text.endsWith('\n'));
    }),
    FUZZ_FEW,
  );
});

test('what only added can be taken out again, to the byte', () => {
  let checked = 0;
  fc.assert(
    fc.property(documents, editLists, (document, edits) => {
      const known = [...editedModel(document.text, []).keys()].map((key): string[] => JSON.parse(key));
      const adding = edits.filter((one) => 'set' in one && !known.some((path) => touches(path, one.path)));
      if (adding.length > 0) checked += 1;
      const after = edit(document.text, adding);
      expect(edit(after, undoOf(document.text, adding))).toBe(document.text);
    }),
    FUZZ_FEW,
  );
  expect(checked).toBeGreaterThan(FUZZ_FEW.numRuns / 2);
});
