import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Edit, EditRefused, edit, editWhole } from '../../src/toml/edit.js';
import { readExactly, type TomlTable } from '../../src/toml/read.js';
import { TomlSyntaxError } from '../../src/toml/syntax-error.js';
import { hasWayBack, isSubsequence, leavesOf, modelAfter, tablesOf } from './model.js';
import { FUZZ } from './runs.js';
import { cases } from './tree-edits.js';
import { backOf } from './undo.js';

function parsed(text: string): TomlTable | null {
  try {
    return readExactly(text);
  } catch (error) {
    if (error instanceof TomlSyntaxError) return null;
    throw error;
  }
}

/** A table or an array of tables is where a value should go, or what should go is an array of tables. */
const IN_THE_WAY = /(it|\S+) is (a table|an array of tables|a value) there\.$/;

/** The edited text, checked against the model; null where something of the document's is in the way. */
function checked(before: string, edits: readonly Edit[]): string | null {
  let after: string;
  try {
    after = edit(before, edits);
  } catch (error) {
    if (error instanceof EditRefused && IN_THE_WAY.test(error.message)) return null;
    throw error;
  }
  expect(after).toBe(editWhole(before, edits));
  const wanted = modelAfter(readExactly(before), edits);
  const is = readExactly(after);
  expect(new Map(leavesOf(is))).toEqual(wanted.leaves);
  expect(tablesOf(is).filter((path) => !wanted.tables.has(path))).toEqual([]);
  expect(wanted.lasting.filter((path) => !tablesOf(is).includes(path))).toEqual([]);
  const order = leavesOf(is).map(([path]) => path);
  expect(order.filter((path) => wanted.untouched.has(path))).toEqual([...wanted.untouched]);
  expect(edit(after, edits)).toBe(after);
  expect(after.startsWith('\uFEFF')).toBe(before.startsWith('\uFEFF'));
  return after;
}

test('any edits of any document: right, once, in place, and back again', () => {
  const seen = { documents: 0, edited: 0, inTheWay: 0, back: 0, noTOML: 0 };
  fc.assert(
    fc.property(cases, (one) => {
      let { text } = one;
      if (parsed(text) === null) {
        seen.noTOML += 1;
        return;
      }
      seen.documents += 1;
      for (const list of one.edits) {
        const after = checked(text, list);
        if (after === null) {
          seen.inTheWay += 1;
          continue;
        }
        seen.edited += 1;
        if (list.every((one) => 'remove' in one)) expect(isSubsequence(after, text)).toBe(true);
        else if (hasWayBack(text, list)) {
          seen.back += 1;
          expect(edit(after, backOf(text, list))).toBe(text);
        }
        text = after;
      }
    }),
    FUZZ,
  );
  // A generator that makes nothing would pass everything.
  expect(seen.documents).toBeGreaterThan(FUZZ.numRuns * 0.6);
  expect(seen.edited).toBeGreaterThan(seen.documents * 0.6);
  expect(seen.back).toBeGreaterThan(seen.documents * 0.2);
});
