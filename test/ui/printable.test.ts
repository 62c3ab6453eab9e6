import { expect, test } from 'vitest';
import { enumerate, printable, printableJson } from '../../src/ui/printable.js';

test.each([
  ['plain text, äöü, 模型 🙂', 'plain text, äöü, 模型 🙂'],
  ['a\u001b[1;31mred\u001b[0m', 'ared'],
  ['a\u001b]8;;http://evil\u0007link\u001b]8;;\u0007', 'alink'],
  ['a\u001b]0;title without end', 'a'],
  ['one\r\ntwo\tthree', 'one two three'],
  ['c1 \u009b31m\u0085', 'c1  '],
  ['arabic\u061cmark', 'arabic mark'],
  ['right\u202eleft', 'right left'],
  ['lone \u001b', 'lone  '],
])('%j is shown as %j', (text, shown) => {
  expect(printable(text)).toBe(shown);
});

test('a document keeps what a terminal must not see, escaped', () => {
  const value = { name: '\u001b[31m\u009b\u202e\u007f\u061c', more: ['\n', 'ü🙂'] };
  const text = printableJson(value);
  expect(JSON.parse(text)).toEqual(value);
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u202e]/);
  expect(text).toContain('ü🙂');
});

test('of many names ten are shown, and a long one is cut', () => {
  expect(enumerate(['a', 'b\nc'])).toBe('a, b c');
  expect(enumerate(Array.from({ length: 12 }, (_, index) => String(index)))).toBe(
    '0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 2 more',
  );
  expect(enumerate(['x'.repeat(200)])).toBe(`${'x'.repeat(80)}…`);
});
