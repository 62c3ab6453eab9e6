import { expect, test } from 'vitest';
import { caretUnder, excerptWithCaret } from '../../src/toml/caret.js';
import { readToml } from '../../src/toml/read.js';
import { TomlSyntaxError } from '../../src/toml/syntax-error.js';
import { decodeUtf8 } from '../../src/toml/utf8.js';
import { printable } from '../../src/ui/printable.js';

test.each([
  ['abc', 1, '^'],
  ['abc', 3, '  ^'],
  ['abc', 4, '   ^'],
  ['\ta\tb', 4, '\t \t^'],
  ['日本 x', 4, '     ^'],
  ['e\u0301 x', 4, '  ^'],
  ['👩‍👩‍👧 x', 10, '   ^'],
  ['🏳️\u200d🌈é x', 9, '    ^'],
  ['\u00e9한ｱＡ', 5, '      ^'],
])('the caret under %j, column %i', (excerpt, column, caret) => {
  expect(caretUnder(excerpt, column)).toBe(caret);
});

function shownOf(run: () => unknown): string[] {
  try {
    run();
  } catch (error) {
    if (error instanceof TomlSyntaxError) return excerptWithCaret(error, printable);
    throw error;
  }
  throw new Error('nothing was thrown');
}

test.each([
  ['a == 1', 'a == 1', '   ^'],
  ['\uFEFFa = ', 'a = ', '    ^'],
  ['\t\ta\t= = 1', ' a = = 1', '     ^'],
  ['"名前" = = 1', '"名前" = = 1', '         ^'],
  ['"\u001b[31m" = 1', '"" = 1', ' ^'],
  // The error is behind the secret, at it, in it, before it.
  ['api_key = "sk-1" x', 'api_key = "••••"', '           ^'],
  ['api_key = sk-1', 'api_key = "••••"', '          ^'],
  ['api_key = "sk-\\q1"', 'api_key = "••••"', '           ^'],
  ['a b; api_key = "sk-1"', 'a b; api_key = "••••"', '  ^'],
  ['token = """\nsk-1\n\\q"""', '"••••"', '^'],
  ['api_key = "sk-1\nb = 1', 'api_key = "••••"', '                ^'],
  // What is not closed ends nowhere: there the last of the text is shown.
  ['a = [\n  1,\n  2\n\n \n', '  2', '   ^'],
  ['\uFEFFa = [ \n', 'a = [ ', '     ^'],
  ['a = {\r\n b = 1,\r\n\r\n', ' b = 1,', '       ^'],
])('the caret for %j', (text, excerpt, caret) => {
  expect(shownOf(() => readToml(text))).toEqual([excerpt, caret]);
});

test('a byte that is not UTF-8 has its caret too', () => {
  expect(shownOf(() => decodeUtf8(Buffer.from('a = "\xe9"', 'latin1')))).toEqual(['a = "�"', '     ^']);
});

test('a long line is cut around the place', () => {
  const [excerpt = '', caret = ''] = shownOf(() =>
    readToml(`a = "${'x'.repeat(100)}" = "${'y'.repeat(100)}"`),
  );
  expect(excerpt).toMatch(/^…x+" = "y+…$/);
  expect(excerpt.length).toBeLessThan(80);
  expect(excerpt[caret.length - 1]).toBe('=');
});

test.each([
  ['at the end', '\n', /^…[a.]{35}$/, 36],
  ['at the beginning', '', /^\[[a.]{35,36}…$/, 1],
])('a line of 300,000 characters, wrong %s, is cut without memory for its square', (_, end, cut, column) => {
  const [excerpt = '', caret = ''] = shownOf(() => readToml(`[a${'.a'.repeat(150_000)}${end}`));
  expect(excerpt).toMatch(cut);
  expect(caret).toBe(`${' '.repeat(column)}^`);
});
