import { expect, test } from 'vitest';
import { type Edit, EditRefused, edit } from '../../src/toml/edit.js';
import { TomlSyntaxError } from '../../src/toml/syntax-error.js';

type Case = [edits: Edit[], before: string, line: number | null, message: string];

const MODEL: Edit = { path: ['model'], set: 'qwen' };
const NAME: Edit = { path: ['p', 'l', 'name'], set: 'x' };

function refusalOf(before: string, edits: readonly Edit[]): unknown {
  try {
    return edit(before, edits);
  } catch (error) {
    return error;
  }
}

const cases: Case[] = [
  [[MODEL], `a = 1\nmodel.x = 1\n`, 2, 'Cannot change model at line 2: it is a table there.'],
  [[MODEL], `a = 1\n[model.x]\n`, 2, 'Cannot change model at line 2: it is a table there.'],
  [[MODEL], `model = { x = 1 }\n`, 1, 'Cannot change model at line 1: it is a table there.'],
  [[MODEL], `\n[[model]]\n`, 2, 'Cannot change model at line 2: it is an array of tables there.'],
  [[NAME], `p = "x"\n`, 1, 'Cannot change p.l.name at line 1: p is a value there.'],
  [[NAME], `p = [{ l = { name = "y" } }]\n`, 1, 'Cannot change p.l.name at line 1: p is a value there.'],
  [[NAME], `[p]\nl = 1\n`, 2, 'Cannot change p.l.name at line 2: l is a value there.'],
  [[NAME], `[[p.l]]\nname = "y"\n`, 1, 'Cannot change p.l.name at line 1: l is an array of tables there.'],
  [
    [{ path: ['p'], remove: true }],
    `[[p]]\n`,
    1,
    'Cannot change p at line 1: it is an array of tables there.',
  ],
  [
    [MODEL],
    `a = 1\nb = 2\rc = 3\n`,
    2,
    'Cannot edit this file at line 2: a carriage return stands there without a line feed.',
  ],
  [
    [MODEL],
    `a = 1\r`,
    1,
    'Cannot edit this file at line 1: a carriage return stands there without a line feed.',
  ],
  [[MODEL, MODEL], ``, null, 'Cannot change model: two of the edits are about it.'],
  [[{ path: ['p'], remove: true }, NAME], ``, null, 'Cannot change p.l.name: two of the edits are about it.'],
  [[{ path: ['a b'], set: Number.NaN }], ``, null, 'Cannot change "a b": NaN is not a number to write.'],
  [
    [{ path: ['a', '\ud800'], set: 1 }],
    ``,
    null,
    'Cannot change a."\\ud800": the text holds half of a surrogate pair.',
  ],
];

test.each(cases)('%j in %j', (edits, before, line, message) => {
  const refusal = refusalOf(before, edits);
  expect(refusal).toBeInstanceOf(EditRefused);
  expect(refusal).toMatchObject({ line, message });
});

test('a text that is no TOML is a syntax error, with its place', () => {
  const refusal = refusalOf(`a = 1\nmodel "x"\n`, [MODEL]);
  expect(refusal).toBeInstanceOf(TomlSyntaxError);
  expect(refusal).toMatchObject({ line: 2 });
});

test('a string that is too long for one of the parsers is refused where it matters, with the reason', () => {
  const long = `a = "${'x'.repeat(400_000)}"\n`;
  expect(refusalOf(long, [MODEL])).toHaveProperty(
    'message',
    expect.stringMatching(/a string in it is too long/),
  );
  expect(edit(`[u]\n[t]\n${long}`, [MODEL])).toBe(`model = "qwen"\n\n[u]\n[t]\n${long}`);
});

test.each([
  ['arrays', `a = ${'['.repeat(20_000)}${']'.repeat(20_000)}\n`],
  ['inline tables', `a = ${'{ a = '.repeat(20_000)}1${' }'.repeat(20_000)}\n`],
  ['dotted keys', `${'a.'.repeat(20_000)}a = 1\n`],
])('very deep %s are refused, whatever the parsers throw', (_, before) => {
  const refusal = refusalOf(before, [MODEL]);
  expect(refusal instanceof EditRefused || refusal instanceof TomlSyntaxError).toBe(true);
});
