import { expect, test } from 'vitest';
import { maskInText } from '../../src/ui/mask.js';

test.each([
  ['base_url = "https://user:LEAK@h/v1?api_key=LEAK&x=1"', 'base_url = "https://••••@h/v1?api_key=••••&x=1"'],
  ['args = ["--api-key", "LEAK", "--port", "8"]', 'args = ["--api-key", "••••", "--port", "8"]'],
  ["args = ['--token=LEAK']", "args = ['--token=••••']"],
  ['command = "serve --auth-token LEAK --all"', 'command = "serve --auth-token •••• --all"'],
  ['base_url = "http://127.0.0.1:23333/v1"', 'base_url = "http://127.0.0.1:23333/v1"'],
  ['env_key = "LMDEPLOY_API_KEY"', 'env_key = "LMDEPLOY_API_KEY"'],
  ['# mail me@example.org', '# mail me@example.org'],
])('%s', (text, masked) => {
  expect(maskInText(text)).toBe(masked);
});

test('a line of 400 kB takes no half hour', () => {
  const text = `# ${'-'.repeat(400_000)}`;
  expect(maskInText(`${text} --token LEAK`)).toBe(`${text} --token ••••`);
});
