import { describe, expect, test } from 'vitest';
import { type Edit, edit } from '../../src/toml/edit.js';
import { undoOf } from './undo.js';

const BEFORE = `\
# ~/.codex/config.toml, kept by hand
model = "gpt-5"            # the usual one
approval_policy = 'on-request'
model_context_window = 400_000

  # Indented, for whatever reason
  notify = [
    "notify-send",         # desktop
    "[model_providers.lmdeploy]",
  ]

# --- providers ---------------------------------------------------------------
[model_providers.openai-chat] # a comment on the header
name = "OpenAI"
base_url = "https://api.openai.com/v1"
env_key = "OPENAI_API_KEY"
query_params = {}

[mcp_servers."fs.local"]
command = "npx"
args = ["-y", "fs"] # trailing
env = {
  TOKEN = "abc",           # TOML 1.1
}

# belongs to the profile
[profiles.fast]
model = "gpt-5-mini"
instructions = """
[model_providers.lmdeploy]
name = "not a table"
"""

[[hooks]]
model_provider = "no"
# the last word`;

const AFTER = BEFORE.replace('"gpt-5"  ', '"qwen3"  ')
  .replace('  ]\n', '  ]\n  model_provider = "lmdeploy"\n')
  .replace(
    'query_params = {}\n',
    `query_params = {api-version = "1"}

[model_providers.lmdeploy]
name = "LMDeploy"
base_url = "http://127.0.0.1:23333/v1"
request_max_retries = 2
supports_websockets = false

[model_providers.lmdeploy.http_headers]
X-Title = "a \\"b\\""
`,
  );

const EDITS: Edit[] = [
  { path: ['model'], set: 'qwen3' },
  { path: ['model_provider'], set: 'lmdeploy' },
  { path: ['model_context_window'], set: 400000 },
  { path: ['model_providers', 'lmdeploy', 'name'], set: 'LMDeploy' },
  { path: ['model_providers', 'lmdeploy', 'base_url'], set: 'http://127.0.0.1:23333/v1' },
  { path: ['model_providers', 'lmdeploy', 'request_max_retries'], set: 2 },
  { path: ['model_providers', 'lmdeploy', 'supports_websockets'], set: false },
  { path: ['model_providers', 'lmdeploy', 'http_headers', 'X-Title'], set: 'a "b"' },
  { path: ['model_providers', 'openai-chat', 'query_params', 'api-version'], set: '1' },
];

describe.each([
  ['as it is', (text: string) => text],
  ['with CRLF', (text: string) => text.replaceAll('\n', '\r\n')],
  ['with a BOM', (text: string) => `\uFEFF${text}`],
  ['with a final newline', (text: string) => `${text}\n`],
  [
    'with CRLF, a BOM and blank lines at the end',
    (text: string) => `\uFEFF${text}\n\n`.replaceAll('\n', '\r\n'),
  ],
])('a config kept by hand, %s', (_, dressed) => {
  const before = dressed(BEFORE);
  const after = dressed(AFTER);

  test('takes the edits', () => {
    expect(edit(before, EDITS)).toBe(after);
    expect(edit(after, EDITS)).toBe(after);
  });

  test('gives them back', () => {
    const old: Edit = { path: ['model'], set: 'gpt-5' };
    const added = EDITS.filter(({ path }) => path[0] !== 'model' && path[0] !== 'model_context_window');
    expect(edit(after, [old, ...undoOf(before, added)])).toBe(before);
  });
});
