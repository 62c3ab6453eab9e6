import { expect, test } from 'vitest';
import { EditRefused, edit } from '../../src/toml/edit.js';
import { spellings } from '../../src/toml/spelling.js';
import { TomlSyntaxError } from '../../src/toml/syntax-error.js';

const DOCUMENT = `\uFEFFmodel = 'it\\s' # c\r
n = 400_000
list = [\r
  1, # one
]
braces = { a.b = 1, }
dotted.key.a = """
x"""
[headers.only.below]
a = 1
[[series]]
a = 1
[last]
"quoted key" = 1979-05-27 07:32:00`;

test.each<[path: string[], raw: string | null]>([
  [['model'], `'it\\s'`],
  [['n'], '400_000'],
  [['list'], '[\r\n  1, # one\n]'],
  [['braces'], '{ a.b = 1, }'],
  [['braces', 'a', 'b'], '1'],
  [['braces', 'a'], null],
  [['dotted', 'key', 'a'], '"""\nx"""'],
  [['dotted', 'key'], null],
  [['headers'], null],
  [['headers', 'only', 'below'], null],
  [['series'], null],
  [['series', 'a'], null],
  [['last'], null],
  [['last', 'quoted key'], '1979-05-27 07:32:00'],
  [['model', 'x'], null],
  [['absent', 'x'], null],
  [['toString'], null],
])('%j is written %j', (path, raw) => {
  expect(spellings(DOCUMENT, [path])).toEqual([raw]);
});

test('what was read can be put back', () => {
  const paths = [['model'], ['n'], ['list'], ['braces'], ['dotted', 'key', 'a']] as [string, ...string[]][];
  const old = spellings(DOCUMENT, paths);
  const away = edit(
    DOCUMENT,
    paths.map((path) => ({ path, raw: 'true' })),
  );
  expect(spellings(away, paths)).toEqual(paths.map(() => 'true'));
  const back = paths.map((path, index) => ({ path, raw: old[index] ?? '' }));
  expect(edit(away, back)).toBe(DOCUMENT);
});

test.each([
  ['a = = 1\n', TomlSyntaxError],
  ['a = 1\r', EditRefused],
])('%j has no spellings', (text, kind) => {
  expect(() => spellings(text, [['a']])).toThrow(kind);
});
