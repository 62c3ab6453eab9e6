import { expect, test } from 'vitest';
import { notesByModel } from '../../src/commands/notes-by-model.js';

const note = (detail: string) => ({ id: 'responses.tools', detail, remedy: `mend ${detail}` });

test('the same of several models of a server is said once, of another server once more', () => {
  const found = [
    { model: 'a', server: 'one', note: note('no parser') },
    { model: 'a', server: 'one', note: note('small') },
    { model: 'b\u001b[2J', server: 'one', note: note('no parser') },
    { model: 'c', server: 'two', note: note('no parser') },
  ];
  const notes = notesByModel(found);
  expect(notes.map(({ detail }) => detail)).toEqual([
    expect.stringMatching(/^a, b.*: no parser$/),
    'a: small',
    'c: no parser',
  ]);
  expect(notes.map(({ detail }) => detail).join()).not.toContain('\u001b');
  expect(notes[0]?.remedy).toBe('mend no parser');
});
