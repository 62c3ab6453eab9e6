import { describe, expect, test } from 'vitest';
import { overrides, type SessionWish } from '../../src/codex/overrides.js';
import { readToml } from '../../src/toml/read.js';

const wish: SessionWish = {
  providerId: 'lmdeploy',
  model: 'Qwen/Qwen3.5-35B-A3B',
  baseUrl: 'http://gpu1:23333/v1',
  name: undefined,
  envKey: undefined,
  streamIdleTimeoutMs: undefined,
  contextWindow: 131_072,
  compactAt: null,
  switches: [],
  catalog: null,
  secret: null,
};

/** The values behind each `-c`. */
function given(config: string, change: Partial<SessionWish> = {}): string[] {
  const args = overrides(readToml(config), { ...wish, ...change });
  expect(args.filter((_, index) => index % 2 === 0)).toEqual(args.filter((arg) => arg === '-c'));
  return args.filter((arg) => arg !== '-c');
}

/** What they say together, read as the TOML that Codex takes them for. */
const meant = (values: readonly string[]) => readToml(values.join('\n'));

const CONFIG = `model = "Qwen/Qwen3.5-35B-A3B"
model_provider = "lmdeploy"
model_context_window = 131_072

[model_providers.lmdeploy]
name = "Mine"
base_url = "http://gpu1:23333/v1"
env_key = "MY_KEY"
wire_api = "responses"
`;

test('an empty config gets the whole provider, as init would write it', () => {
  expect(meant(given(''))).toEqual({
    model: 'Qwen/Qwen3.5-35B-A3B',
    model_provider: 'lmdeploy',
    model_context_window: 131_072,
    model_providers: {
      lmdeploy: {
        name: 'LMDeploy',
        base_url: 'http://gpu1:23333/v1',
        env_key: 'LMDEPLOY_API_KEY',
        wire_api: 'responses',
        requires_openai_auth: false,
        stream_idle_timeout_ms: 300_000,
      },
    },
  });
});

test('a config that says it all gets nothing', () => {
  expect(given(CONFIG)).toEqual([]);
});

describe('of a config that says something else only that is given', () => {
  test.each<[string, Partial<SessionWish>, object]>([
    ['the model', { model: 'other' }, { model: 'other' }],
    [
      'the server',
      { baseUrl: 'http://x/v1' },
      { model_providers: { lmdeploy: { base_url: 'http://x/v1' } } },
    ],
    ['the variable', { envKey: 'K' }, { model_providers: { lmdeploy: { env_key: 'K' } } }],
    ['the window', { contextWindow: 8192 }, { model_context_window: 8192 }],
    [
      'switches',
      { switches: [{ path: ['features', 'goals'], value: false }] },
      { features: { goals: false } },
    ],
    ['when to compact', { compactAt: 8000 }, { model_auto_compact_token_limit: 8000 }],
    ['a catalog', { catalog: '/tmp/c.json' }, { model_catalog_json: '/tmp/c.json' }],
    ['no window, where none is known', { contextWindow: null }, {}],
    ['a key', { secret: 'K' }, { shell_environment_policy: { exclude: ['K'] } }],
  ])('%s', (_, change, expected) => {
    expect(meant(given(CONFIG, change))).toEqual(expected);
  });
});

test('another provider in use stays in the config, and ours outdoes it', () => {
  const { model_provider, model_providers } = meant(given(CONFIG.replaceAll('lmdeploy', 'azure')));
  expect(model_provider).toBe('lmdeploy');
  expect(Object.keys(model_providers as object)).toEqual(['lmdeploy']);
});

test('a window of the config outdoes a catalog’s, so it is set right; else the catalog says it', () => {
  const change = { catalog: '/c.json', contextWindow: 8192 };
  expect(meant(given(CONFIG, change))).toMatchObject({ model_context_window: 8192 });
  expect(meant(given('', change))).not.toHaveProperty('model_context_window');
});

test('who compacts earlier goes on doing so', () => {
  const config = `model_auto_compact_token_limit = 5000\n${CONFIG}`;
  expect(given(config, { compactAt: 8000 })).toEqual([]);
  expect(meant(given(config, { compactAt: 4000 }))).toEqual({ model_auto_compact_token_limit: 4000 });
});

test('variables that are kept from the shells stay so beside the key', () => {
  const config = `${CONFIG}[shell_environment_policy]\nexclude = ["AWS_*"]\n`;
  const expected = { shell_environment_policy: { exclude: ['AWS_*', 'K'] } };
  expect(meant(given(config, { secret: 'K' }))).toEqual(expected);
  expect(given(config.replace('AWS_*', 'K'), { secret: 'K' })).toEqual([]);
});

test('a name that would be TOML of its own is a string and no more', () => {
  const model = 'a"\nmodel_provider = "evil"\n# \u001b[2J \\';
  const values = given('', { model });
  expect(values[0]).not.toContain('\n');
  expect(meant(values)).toMatchObject({ model, model_provider: 'lmdeploy' });
});
