import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Edit, EditRefused, edit } from '../../src/toml/edit.js';
import { quoteKey, quoteScalar } from '../../src/toml/quote.js';
import { readToml, type TomlTable } from '../../src/toml/read.js';

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom(
      '"',
      '\\',
      '\u0000',
      '\u001b',
      '\u007f',
      '\u0085',
      '\r',
      '\n',
      '\t',
      "'",
      'u',
      '😀',
    ),
  }),
);

test.each([
  ['abc-1_X', 'abc-1_X'],
  ['', '""'],
  ['a.b', '"a.b"'],
  ['ключ', '"ключ"'],
  ['a"\\\n', '"a\\"\\\\\\u000A"'],
])('key %j is written %s', (key, written) => {
  expect(quoteKey(key)).toBe(written);
});

test.each([
  ['\u001b[31m', '"\\u001B[31m"'],
  ['\u007f\u009b', '"\\u007F\\u009B"'],
  [0, '0'],
  [-0, '0'],
  [1.5, '1.5'],
  [1e-7, '1e-7'],
  [true, 'true'],
])('%j is written %s', (value, written) => {
  expect(quoteScalar(value)).toBe(written);
});

test.each(['\ud800', 'a\udc00b', Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])('%j is refused', (value) => {
  expect(() => quoteScalar(value)).toThrow(EditRefused);
});

test('every string comes back, as a value and as a key', () => {
  fc.assert(
    fc.property(text, text, (key, value) => {
      const read = readToml(`${quoteKey(key)} = ${quoteScalar(value)}`);
      expect(Object.entries(read)).toEqual([[key, value]]);
    }),
    { numRuns: 1000 },
  );
});

test('every number comes back', () => {
  const numbers = fc.oneof(fc.maxSafeInteger(), fc.double({ noNaN: true, noDefaultInfinity: true }));
  fc.assert(
    fc.property(numbers, (value) => {
      fc.pre(!Number.isInteger(value) || Number.isSafeInteger(value));
      expect(readToml(`a = ${quoteScalar(value)}`)['a']).toBe(value === 0 ? 0 : value);
    }),
    { numRuns: 1000 },
  );
});

test('every string goes through an edit, as a value and as a key, but for half of a surrogate pair', () => {
  const unit = fc.oneof(
    {
      weight: 9,
      arbitrary: fc.constantFrom('"', "'", '\\', '\u0000', '\u001b', '\u007f', '\r', '\n', '😀', '.', 'é'),
    },
    { weight: 3, arbitrary: fc.nat(0xffff).map((code) => String.fromCharCode(code)) },
    { weight: 1, arbitrary: fc.constantFrom('\ud83d', '\ude00') },
  );
  const any = fc.string({ unit });
  const seen = { written: 0, refused: 0 };
  fc.assert(
    fc.property(any, any, (key, value) => {
      const edits: Edit[] = [{ path: ['t', key], set: value }];
      const isWhole = [key, value].every((text) => !/\p{Surrogate}/u.test(text));
      if (!isWhole) {
        seen.refused += 1;
        expect(() => edit('a = 1\n', edits)).toThrow(EditRefused);
        return;
      }
      seen.written += 1;
      const after = edit('a = 1\n', edits);
      expect(Object.entries(readToml(after)['t'] as TomlTable)).toEqual([[key, value]]);
      expect(edit(after, edits)).toBe(after);
      expect(edit(after, [{ path: ['t'], remove: true }])).toBe('a = 1\n');
    }),
    { numRuns: 1000 },
  );
  expect(Math.min(seen.written, seen.refused)).toBeGreaterThan(100);
});
