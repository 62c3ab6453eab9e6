import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EditRefused } from '../../src/toml/edit.js';
import { quoteKey, quoteScalar } from '../../src/toml/quote.js';
import { readToml } from '../../src/toml/read.js';

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
