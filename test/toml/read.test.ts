import { expect, test } from 'vitest';
import { readToml } from '../../src/toml/read.js';
import { TomlSyntaxError } from '../../src/toml/syntax-error.js';
import { decodeUtf8 } from '../../src/toml/utf8.js';

function errorOf(run: () => unknown): TomlSyntaxError {
  try {
    run();
  } catch (error) {
    if (error instanceof TomlSyntaxError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

test('tables have no prototype, and big integers stay exact', () => {
  const read = readToml(`\uFEFFa = 9007199254740993\nb = 1\n[__proto__]\nconstructor = 2\n[t]\n`);
  expect(read['a']).toBe(9007199254740993n);
  expect(read['b']).toBe(1);
  expect(Object.keys(read)).toEqual(['a', 'b', '__proto__', 't']);
  expect(read['t'] && 'toString' in (read['t'] as object)).toBe(false);
});

test.each([
  ['a = 1\nb == 2\n', 2, 4, 'b == 2', /^invalid value$/],
  ['\uFEFFa = \n', 1, 5, 'a = ', /^invalid value$/],
  ['a = 1\r\napi_key = "sk-1" x\r\n', 2, 18, 'api_key = "••••"', /end-of-line/],
  ['[m.http_headers]\nX = "secret\n', 2, 12, 'X = "••••"', /control characters/],
  ['a = 1\na = 2\n', 2, 1, 'a = 2', /redefine/],
])('%j is no TOML', (text, line, column, excerpt, message) => {
  const error = errorOf(() => readToml(text));
  expect(error).toMatchObject({ line, column, excerpt });
  expect(error.message).toMatch(message);
  expect(error.message).not.toMatch(/\n|Invalid TOML document/);
});

test('deep nesting is a syntax error', () => {
  expect(errorOf(() => readToml(`a = ${'['.repeat(50_000)}`)).message).toMatch(/nested/);
});

test('UTF-8 is decoded with its BOM', () => {
  expect(decodeUtf8(Buffer.from('\uFEFFa = "é😀"'))).toBe('\uFEFFa = "é😀"');
});

test.each<[string, Uint8Array, number, number, string, string]>([
  ['Latin-1', Buffer.from('a = 1\nb = "\xe9"\n', 'latin1'), 2, 6, 'b = "�"', 'a byte is not UTF-8'],
  [
    'behind a BOM',
    Buffer.concat([Buffer.from('\uFEFFa = "é'), Buffer.from([0xff])]),
    1,
    7,
    'a = "é�',
    'a byte is not UTF-8',
  ],
  ['cut off', Buffer.from([0x61, 0x0a, 0xf0, 0x9f]), 2, 1, '�', 'a byte is not UTF-8'],
  ['a surrogate', Buffer.from([0xed, 0xa0, 0x80]), 1, 1, '���', 'a byte is not UTF-8'],
  ['a secret', Buffer.from('token = "sk-\xe9"', 'latin1'), 1, 13, 'token = "••••"', 'a byte is not UTF-8'],
  ['UTF-16', Buffer.from('\uFEFFa = 1', 'utf16le'), 1, 1, '', 'the file is UTF-16, not UTF-8'],
])('bytes that are not UTF-8: %s', (_, bytes, line, column, excerpt, message) => {
  expect(errorOf(() => decodeUtf8(bytes))).toMatchObject({ line, column, excerpt, message });
});
