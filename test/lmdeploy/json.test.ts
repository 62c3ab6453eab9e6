import { expect, test } from 'vitest';
import { parseJson } from '../../src/lmdeploy/json.js';

test.each([
  ['{"a":[1]}', { json: { a: [1] } }],
  ['1e999', { json: Number.POSITIVE_INFINITY }],
  ['', { problem: 'an empty body' }],
  [' \n', { problem: 'an empty body' }],
  ['hello', { problem: 'it is not JSON' }],
  ['{"a":', { problem: 'JSON that is broken or cut' }],
])('%j is read as %j', (text, read) => {
  expect(parseJson(text)).toEqual(read);
});

test('what would cost a hundred times its size is not read', () => {
  const problem = { problem: 'JSON of too many parts' };
  expect(parseJson('['.repeat(101) + ']'.repeat(101))).toEqual(problem);
  expect(parseJson(`[${'{},'.repeat(300_001)}{}]`)).toEqual(problem);
  const deepest = '['.repeat(100) + ']'.repeat(100);
  expect(parseJson(deepest)).toEqual({ json: JSON.parse(deepest) });
});

test('brackets and commas in a string are no parts', () => {
  const value = { text: `${'[{,'.repeat(400_000)}"\\` };
  expect(parseJson(JSON.stringify(value))).toEqual({ json: value });
});
