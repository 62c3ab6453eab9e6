import { expect, test } from 'vitest';
import { plan, type Wanted } from '../../src/codex/plan.js';
import { WANTED } from './wanted.js';

const wanted = WANTED;

const after = (text: string | null, wish: Partial<Wanted> = {}) =>
  plan({ path: 'config.toml', text, record: null }, { ...wanted, ...wish }).files[0].after;

test('where nothing is, the documented block is written, its keys in its order', () => {
  expect(plan({ path: 'config.toml', text: null, record: null }, wanted)).toMatchObject({
    files: [{ action: 'create' }],
    notes: [],
  });
  expect(after(null)).toMatchInlineSnapshot(`
    "model = "Qwen/Qwen3.5-35B-A3B"
    model_provider = "lmdeploy"

    [model_providers.lmdeploy]
    name = "LMDeploy"
    base_url = "http://127.0.0.1:23333/v1"
    env_key = "LMDEPLOY_API_KEY"
    wire_api = "responses"
    requires_openai_auth = false
    stream_idle_timeout_ms = 300000
    "
  `);
});

test('the second plan changes nothing', () => {
  const once = after(null);
  expect(plan({ path: 'config.toml', text: once, record: null }, wanted).files[0]).toMatchObject({
    action: 'unchanged',
    after: once,
  });
});

test('what belongs to others stays to the byte', () => {
  const before = `# my Codex
model = "gpt-5"   # the good one
approval_policy = 'on-request'

[model_providers.azure]   # work
name = "Azure"
base_url = "https://x.example/v1"

# a server of tools
[mcp_servers.docs]
command = "docs"
args = [ "--all", ]

[projects."/home/me/a b"]
trust_level = "trusted"
`;
  expect(after(before)).toMatchInlineSnapshot(`
    "# my Codex
    model = "Qwen/Qwen3.5-35B-A3B"   # the good one
    approval_policy = 'on-request'
    model_provider = "lmdeploy"

    [model_providers.azure]   # work
    name = "Azure"
    base_url = "https://x.example/v1"

    [model_providers.lmdeploy]
    name = "LMDeploy"
    base_url = "http://127.0.0.1:23333/v1"
    env_key = "LMDEPLOY_API_KEY"
    wire_api = "responses"
    requires_openai_auth = false
    stream_idle_timeout_ms = 300000

    # a server of tools
    [mcp_servers.docs]
    command = "docs"
    args = [ "--all", ]

    [projects."/home/me/a b"]
    trust_level = "trusted"
    "
  `);
});

const OURS = `model = "old"
model_provider = "lmdeploy"
[model_providers.lmdeploy]
name = "Rack 7"
base_url = "http://old:23333/v1" # moved
env_key = "MY_KEY"
wire_api = "responses"
request_max_retries = 9
stream_idle_timeout_ms = 600_000
http_headers = { "X-Team" = "a" }
`;

test('of our block only what differs from flags and probes changes', () => {
  expect(after(OURS)).toBe(
    OURS.replace('"old"', '"Qwen/Qwen3.5-35B-A3B"').replace(
      'http://old:23333/v1',
      'http://127.0.0.1:23333/v1',
    ),
  );
  const flags = { name: 'LMDeploy', envKey: 'OTHER', streamIdleTimeoutMs: 900_000 };
  const changed = after(OURS, flags);
  expect(changed).toContain('name = "LMDeploy"');
  expect(changed).toContain('env_key = "OTHER"');
  expect(changed).toContain('stream_idle_timeout_ms = 900000');
});

test('a block that would not work is put right', () => {
  const wrong = `[model_providers.lmdeploy]\nwire_api = "chat"\nrequires_openai_auth = true\n`;
  const right = after(wrong);
  expect(right).toContain('wire_api = "responses"');
  expect(right).toContain('requires_openai_auth = false');
  expect(right).toContain('name = "LMDeploy"');
  expect(right).not.toContain('env_key');
});

test('--no-env-key leaves the variable out, and takes it out', () => {
  expect(after(null, { envKey: null })).not.toContain('env_key');
  expect(after(OURS, { envKey: null })).not.toContain('env_key');
  expect(after(after(OURS, { envKey: null }))).not.toContain('env_key');
});

test.each([
  ['experimental_bearer_token = "t"', 'experimental_bearer_token'],
  ['http_headers = { Authorization = "Bearer t" }', 'http_headers.Authorization'],
  ['auth = { command = "token" }', 'auth'],
])('credentials in our block stay, without env_key beside them: %s', (line, name) => {
  const before = `[model_providers.lmdeploy]\nname = "L"\n${line}\n`;
  const { files, notes } = plan(
    { path: 'config.toml', text: before, record: null },
    { ...wanted, envKey: 'X' },
  );
  expect(files[0].after).toContain(line);
  expect(files[0].after).not.toContain('env_key');
  expect(notes).toEqual([
    expect.objectContaining({ id: 'config.credentials', detail: expect.stringContaining(name) }),
  ]);
  expect(JSON.stringify(notes)).not.toContain('"t"');
});

test('another provider that is replaced is named', () => {
  const { notes } = plan({ path: 'config.toml', text: 'model_provider = "openai"\n', record: null }, wanted);
  expect(notes).toEqual([
    expect.objectContaining({ id: 'config.replaced', detail: expect.stringContaining('"openai"') }),
  ]);
});

test('a hostile model name is only a string', () => {
  const text = after(null, { model: 'x"\n[mcp_servers.evil]\ncommand = "sh"\n#' });
  expect(text).not.toMatch(/^\[mcp_servers/m);
});
