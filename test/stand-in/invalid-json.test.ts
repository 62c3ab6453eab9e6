import { expect, test } from 'vitest';
import { jsonFault } from '../../src/stand-in/invalid-json.js';

// Positions, lines and columns are those of Python 3.11's json.loads, by way of LMDeploy 0.18.0.
test.each([
  ['', 0, 1, 1],
  [' ', 1, 1, 2],
  ['oops', 0, 1, 1],
  ['{', 1, 1, 2],
  ['{"a', 1, 1, 2],
  ['{"cmd":"echo \\"hi', 7, 1, 8],
  ['{"a": }', 6, 1, 7],
  ['{"a":1', 6, 1, 7],
  ['{"a":1,}', 7, 1, 8],
  ['{"a" 1}', 5, 1, 6],
  ['{"a":tru}', 5, 1, 6],
  ['{"a":01}', 6, 1, 7],
  ['{"a":1 "b":2}', 7, 1, 8],
  ['[1,', 3, 1, 4],
  ['-', 0, 1, 1],
  ['{} {}', 3, 1, 4],
  ['{\n "a": x}', 8, 2, 7],
  ['{"a":"b\nc"}', 7, 1, 8],
  ['{"😀": x}', 6, 1, 7],
])('%j', (text, position, line, column) => {
  expect(jsonFault(text)).toEqual({ position, line, column });
});

test.each(['{}', '[1]', '"x"', ' {"a":[null,true,-1.5e3]} '])('%j is JSON', (text) => {
  expect(jsonFault(text)).toBeNull();
});

test('a long text is searched, not walked through', () => {
  const text = `{"a":"${'x'.repeat(2_000_000)}", "b": ?}`;
  expect(jsonFault(text)?.position).toBe(text.indexOf('?'));
});
