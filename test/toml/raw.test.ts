import { expect, test } from 'vitest';
import { type Edit, EditRefused, edit } from '../../src/toml/edit.js';
import { undoOf } from './undo.js';

const raw = (text: string, ...path: [string, ...string[]]): Edit => ({ path, raw: text });
const LINES = `[\n  "a", # [one]\r\n\n]`;

const changed: [name: string, edits: Edit[], before: string, after: string][] = [
  ['an integer with underscores', [raw('400_000', 'n')], `n = 400000 # c\n`, `n = 400_000 # c\n`],
  ['a literal string', [raw(`'it\\s'`, 'a')], `a = "x"\n`, `a = 'it\\s'\n`],
  ['a string over lines', [raw(`"""\nx = 1\n"""`, 'a')], `a = "x"`, `a = """\nx = 1\n"""`],
  [
    'an array over lines, its endings as given',
    [raw(LINES, 't', 'a')],
    `[t]\r\na = 1\r\n`,
    `[t]\r\na = ${LINES}\r\n`,
  ],
  ['a date', [raw('1979-05-27 07:32:00Z', 'a')], `a = 1\n`, `a = 1979-05-27 07:32:00Z\n`],
  ['braces for a scalar', [raw('{ b.c = 1 }', 'a')], `a = 1\n`, `a = { b.c = 1 }\n`],
  ['braces for braces', [raw('{ c = 1 }', 'a')], `a = { b = 1, c = 2 } # c\n`, `a = { c = 1 } # c\n`],
  ['a scalar for braces', [raw('1', 'a')], `a = { b = 1 }\n`, `a = 1\n`],
  ['in braces', [raw('0x1F', 'a', 'b')], `a = { b = 31 }\n`, `a = { b = 0x1F }\n`],
  ['the same otherwise written', [raw('255', 'n')], `n = 0xFF\n`, `n = 255\n`],
  [
    'the same',
    [raw('0xFF', 'n'), raw('{ b = 1}', 'a')],
    `n = 0xFF\na = { b = 1}\n`,
    `n = 0xFF\na = { b = 1}\n`,
  ],
];

const added: [name: string, edits: Edit[], before: string, after: string][] = [
  ['at the top', [raw(LINES, 'a')], `b = 1\n[t]\n`, `b = 1\na = ${LINES}\n[t]\n`],
  ['in a table', [raw('{}', 't', 'a')], `[t]`, `[t]\na = {}`],
  ['in a new table', [raw('1.50', 'u', 'a')], `[t]\n`, `[t]\n\n[u]\na = 1.50\n`],
  ['in braces', [raw(`[1, 2]`, 't', 'a')], `t = { b = 1 }\n`, `t = { b = 1, a = [1, 2] }\n`],
  ['as a dotted key', [raw(`'''\n'''`, 't', 'a')], `t.b = 1\n`, `t.b = 1\nt.a = '''\n'''\n`],
];

test.each([...changed, ...added])('puts %s', (_, edits, before, after) => {
  expect(edit(before, edits)).toBe(after);
  expect(edit(after, edits)).toBe(after);
});

test.each(added)('takes out again what it put %s', (_, edits, before, after) => {
  expect(edit(after, undoOf(before, edits))).toBe(before);
});

test.each([
  '',
  ' 1',
  '1 ',
  '1\n',
  '1 # c',
  '1\n# c',
  '1\ny = 2',
  '1\n[t]',
  '1, 2',
  '1]',
  '[1',
  '[1], [2]',
  '"a',
  '"a" "b"',
  'x',
  '1\r',
  '[\r1]',
  '"\ud800"',
  '# c\n1',
  '= 1',
  '\uFEFF1',
])('%j is not one value', (text) => {
  expect(() => edit('', [raw(text, 'a')])).toThrow(EditRefused);
});

test('a refusal does not repeat the text, which may be a secret', () => {
  expect(() => edit('', [raw('"sk-1', 'token')])).toThrow(/^Cannot change token: (?!.*sk-1)/);
});

test.each([`[a]\n`, `a.b = 1\n`, `[[a]]\n`, `[a.b]\n`])(
  'no value takes the place of the table in %j',
  (before) => {
    expect(() => edit(before, [raw('{ b = 1 }', 'a')])).toThrow(EditRefused);
  },
);

test('what is refused for a scalar still is: a table in braces', () => {
  expect(() => edit(`a = { b = 1 }\n`, [{ path: ['a'], set: 1 }])).toThrow(/it is a table there/);
});
