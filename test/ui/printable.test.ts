import { expect, test } from 'vitest';
import { printable } from '../../src/ui/printable.js';

test.each([
  ['plain text, äöü, 模型 🙂', 'plain text, äöü, 模型 🙂'],
  ['a\u001b[1;31mred\u001b[0m', 'ared'],
  ['a\u001b]8;;http://evil\u0007link\u001b]8;;\u0007', 'alink'],
  ['a\u001b]0;title without end', 'a'],
  ['one\r\ntwo\tthree', 'one two three'],
  ['c1 \u009b31m', 'c1  31m'],
  ['right\u202eleft', 'right left'],
  ['lone \u001b', 'lone  '],
])('%j is shown as %j', (text, shown) => {
  expect(printable(text)).toBe(shown);
});
