import { expect, test } from 'vitest';
import { colorDiff, unifiedDiff } from '../../src/ui/diff.js';
import { COLORED } from '../../src/ui/palette.js';

const lines = (...numbers: number[]) => numbers.map((n) => `k${n} = ${n}\n`).join('');

test('a change is shown with three lines around it', () => {
  const before = lines(1, 2, 3, 4, 5, 6, 7, 8, 9);
  expect(unifiedDiff('/h/config.toml', before, before.replace('k5 = 5', 'k5 = 50'))).toMatchInlineSnapshot(`
    "--- /h/config.toml
    +++ /h/config.toml
    @@ -2,7 +2,7 @@
     k2 = 2
     k3 = 3
     k4 = 4
    -k5 = 5
    +k5 = 50
     k6 = 6
     k7 = 7
     k8 = 8"
  `);
});

test('a new file comes from nowhere; no change is no diff', () => {
  expect(unifiedDiff('c', null, 'a = 1\n')).toBe('--- /dev/null\n+++ c\n@@ -0,0 +1,1 @@\n+a = 1');
  expect(unifiedDiff('c', 'a = 1\n', 'a = 1\n')).toBe('');
});

test('secrets beside the change are masked, names of variables are not', () => {
  const before = 'env_key = "NAME"\nexperimental_bearer_token = "sk-secret"\nm = 1\n';
  const diff = unifiedDiff('c', before, before.replace('m = 1', 'm = 2'));
  expect(diff).toContain('env_key = "NAME"');
  expect(diff).not.toContain('sk-secret');
});

test('what would drive the terminal is written out', () => {
  const diff = unifiedDiff('c', '', 'a = 1 # \u001b[31m\u009b\u202e\r\n');
  expect(diff).toContain('+a = 1 # ^[[31m\\u009b\\u202e^M');
});

test('colours follow the first character of a line', () => {
  const colored = colorDiff('--- a\n+++ b\n@@ x @@\n same\n-old\n+new', COLORED);
  expect(colored.split('\n').map((line) => /^\u001b\[(\d+)m/.exec(line)?.[1] ?? null)).toEqual([
    '1',
    '1',
    '36',
    null,
    '31',
    '32',
  ]);
});
