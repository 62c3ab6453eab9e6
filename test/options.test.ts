import { describe, expect, test } from 'vitest';
import { providerBlock } from '../src/codex/provider.js';
import { parseFlags } from '../src/options.js';
import { settle } from '../src/settings.js';
import { readToml } from '../src/toml/read.js';

const refused = (message: RegExp) =>
  expect.objectContaining({ code: 'usage', message: expect.stringMatching(message) });

describe('flags', () => {
  test('[url] and --base-url are one', () => {
    expect(parseFlags('doctor', {}, 'gpu1:23333').baseUrl).toBe('http://gpu1:23333/v1');
    expect(parseFlags('doctor', { baseUrl: 'gpu1:23333' }).baseUrl).toBe('http://gpu1:23333/v1');
    expect(parseFlags('init', { baseUrl: 'http://gpu1:23333/v1/' }, 'gpu1').baseUrl).toBe(
      'http://gpu1:23333/v1',
    );
    expect(() => parseFlags('init', { baseUrl: 'gpu2' }, 'gpu1')).toThrow(refused(/Two different servers/));
  });

  test.each([
    [{ timeout: '0' }, /--timeout/],
    [{ timeout: '-1' }, /--timeout/],
    [{ timeout: 'soon' }, /--timeout/],
    [{ providerId: 'ollama' }, /keeps these provider ids/],
    [{ providerId: 'a b' }, /--provider-id/],
    [{ envKey: 'sk-not-a-name' }, /name of a variable/],
    [{ streamIdleTimeout: '1.5' }, /--stream-idle-timeout/],
    [{ codexHome: '' }, /--codex-home/],
    [{ model: '' }, /--model/],
  ])('init refuses %j', (raw, message) => {
    expect(() => parseFlags('init', raw)).toThrow(refused(message));
  });

  test('what is given becomes typed', () => {
    expect(parseFlags('init', { timeout: '1.5', envKey: false, streamIdleTimeout: '600000' })).toMatchObject({
      timeout: 1.5,
      envKey: false,
      streamIdleTimeout: 600_000,
      providerId: 'lmdeploy',
      verify: true,
    });
    expect(parseFlags('doctor', { only: 'server, config.syntax,' }).only).toEqual([
      'server',
      'config.syntax',
    ]);
  });
});

describe('layers', () => {
  const block = (text: string) => providerBlock(readToml(`[model_providers.lmdeploy]\n${text}`), 'lmdeploy');
  const none = parseFlags('doctor', {});

  test('flags > environment > our block > defaults', () => {
    const configured = block('base_url = "http://config:1/v1"\nenv_key = "FROM_CONFIG"');
    const env = {
      LMDEPLOY_BASE_URL: 'http://env:1',
      LMDEPLOY_API_KEY: 'default',
      FROM_CONFIG: 'config',
      FLAG: 'flag',
    };
    const flags = parseFlags('doctor', { envKey: 'FLAG' }, 'flag:1');
    expect(settle(flags, env, configured)).toMatchObject({
      baseUrl: { value: 'http://flag:1/v1', from: 'flag' },
      envKey: { value: 'FLAG', from: 'flag' },
      key: 'flag',
    });
    expect(settle(none, env, configured)).toMatchObject({
      baseUrl: { value: 'http://env:1/v1', from: 'environment' },
      envKey: { value: 'FROM_CONFIG', from: 'config' },
      key: 'config',
    });
    expect(settle(none, {}, configured).baseUrl).toEqual({ value: 'http://config:1/v1', from: 'config' });
    expect(settle(none, { LMDEPLOY_API_KEY: 'default' }, null)).toMatchObject({
      baseUrl: { value: 'http://127.0.0.1:23333/v1', from: 'default' },
      envKey: { value: 'LMDEPLOY_API_KEY', from: 'default' },
      key: 'default',
      askTimeoutMs: 30_000,
      generateTimeoutMs: 120_000,
    });
  });

  test('--timeout holds for both limits', () => {
    const { askTimeoutMs, generateTimeoutMs } = settle(parseFlags('doctor', { timeout: '2' }), {}, null);
    expect([askTimeoutMs, generateTimeoutMs]).toEqual([2_000, 2_000]);
  });

  test.each([
    [' sk-1 ', 'sk-1'],
    ['sk-1\n', undefined],
    ['sk-1\r', undefined],
    ['Bearer sk-1', 'Bearer sk-1'],
    ['', undefined],
    ['  ', undefined],
    ['a\nb', undefined],
    ['schlüssel', undefined],
  ])('the key %j is sent as %j', (value, key) => {
    expect(settle(none, { LMDEPLOY_API_KEY: value }, null).key).toBe(key);
  });

  test("the block's own token is what the probes send", () => {
    expect(settle(none, {}, block('experimental_bearer_token = "t1"')).key).toBe('t1');
    expect(settle(none, {}, block('http_headers = { authorization = "Bearer t2" }')).key).toBe('t2');
  });

  test('an address in the config that is none does not stop the tool', () => {
    expect(settle(none, {}, block('base_url = "ftp://x"')).baseUrl.from).toBe('default');
  });
});
