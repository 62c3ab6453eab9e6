import { expect, test } from 'vitest';
import { CliError } from '../../src/errors.js';
import { apiRoot, isLoopback } from '../../src/lmdeploy/address.js';

test.each([
  ['http://127.0.0.1:23333/v1', 'http://127.0.0.1:23333/v1'],
  ['http://127.0.0.1:23333', 'http://127.0.0.1:23333/v1'],
  ['http://127.0.0.1:23333/', 'http://127.0.0.1:23333/v1'],
  ['http://127.0.0.1:23333/v1/', 'http://127.0.0.1:23333/v1'],
  ['http://127.0.0.1:23333/v1/responses', 'http://127.0.0.1:23333/v1'],
  ['http://127.0.0.1:23333/v1/responses/', 'http://127.0.0.1:23333/v1'],
  ['http://127.0.0.1:23333/v1/models', 'http://127.0.0.1:23333/v1'],
  ['127.0.0.1:23333', 'http://127.0.0.1:23333/v1'],
  ['localhost:8000/v1', 'http://localhost:8000/v1'],
  ['gpu1', 'http://gpu1:23333/v1'],
  ['24555', 'http://127.0.0.1:24555/v1'],
  ['http://gpu1:23333/v1/chat/completions', 'http://gpu1:23333/v1'],
  ['gpu1:80', 'http://gpu1/v1'],
  ['[::1]:23333', 'http://[::1]:23333/v1'],
  ['https://gw/llm/v1', 'https://gw/llm/v1'],
  ['https://gw/llm', 'https://gw/llm/v1'],
  ['https://gw:443/llm/v1/responses', 'https://gw/llm/v1'],
  ['  HTTP://GPU1:23333/v1 ', 'http://gpu1:23333/v1'],
])('%s is the root %s', (input, root) => {
  expect(apiRoot(input)).toBe(root);
  expect(apiRoot(root)).toBe(root);
});

test.each(['', 'ftp://x/v1', 'http://', 'http://a b', 'http://x/v1?key=1', 'http://x/#v1', 'http://x:99999'])(
  '%j is refused',
  (input) => {
    expect(() => apiRoot(input)).toThrow(CliError);
  },
);

test('an address with a password in it is refused without repeating it', () => {
  expect(() => apiRoot('http://me:s3cret@host/v1')).toThrow(
    expect.objectContaining({ code: 'usage', message: expect.not.stringContaining('s3cret') }),
  );
});

test.each([
  ['http://127.0.0.1:1/v1', true],
  ['http://127.1.2.3:1/v1', true],
  ['http://localhost/v1', true],
  ['http://[::1]:1/v1', true],
  ['http://192.168.0.1/v1', false],
  ['http://localhost.example/v1', false],
])('%s is loopback: %s', (address, expected) => {
  expect(isLoopback(address)).toBe(expected);
});
