import { parse } from 'smol-toml';
import { fromSource } from '../build/from-source.mjs';

const { edit } = await fromSource('toml/edit.ts');

/** One user's config.toml with everything that Codex reads; `id` makes its names distinct. */
const part = (id) => `
# --- ${id} -------------------------------------------------------------
[model_providers.provider-${id}] # a comment on the header
name = "Provider ${id}"
base_url = "https://${id}.example.com/v1"
env_key = "PROVIDER_${id}_API_KEY"
wire_api = "responses"
request_max_retries = 4
stream_idle_timeout_ms = 300_000
query_params = { api-version = "2025-04-01-preview" }

[model_providers.provider-${id}.http_headers]
X-Title = "codex" # shown in their log

[mcp_servers.server-${id}]
command = "npx"
args = [
  "-y", # no questions
  "@modelcontextprotocol/server-filesystem",
  "/home/someone/projects/${id}",
]
env = { TOKEN = "abc", HOME = '/home/someone' }

# belongs to the profile
[profiles.profile-${id}]
model = "gpt-5-mini"
model_provider = "provider-${id}"
approval_policy = 'on-request'
instructions = """
Answer in one sentence.
[model_providers.lmdeploy] is not a table here.
"""

[projects."/home/someone/projects/${id}"]
trust_level = "trusted"
`;

const HEAD = `# ~/.codex/config.toml
model = "gpt-5"
model_provider = "provider-0"
approval_policy = "on-request"
model_context_window = 400_000
`;

function config(bytes) {
  const parts = [HEAD];
  for (let length = HEAD.length, id = 0; length < bytes; id += 1) {
    const text = part(id);
    parts.push(text);
    length += text.length;
  }
  return parts.join('');
}

/** What `init` writes. */
const EDITS = [
  { path: ['model'], set: 'qwen' },
  { path: ['model_provider'], set: 'lmdeploy' },
  ...Object.entries({
    name: 'LMDeploy',
    base_url: 'http://127.0.0.1:23333/v1',
    env_key: 'LMDEPLOY_API_KEY',
    wire_api: 'responses',
    requires_openai_auth: false,
    stream_idle_timeout_ms: 300000,
  }).map(([key, value]) => ({ path: ['model_providers', 'lmdeploy', key], set: value })),
];

function milliseconds(run, times) {
  const taken = Array.from({ length: times }, () => {
    const start = performance.now();
    run();
    return performance.now() - start;
  });
  return taken.sort((a, b) => a - b)[Math.floor(times / 2)];
}

const rows = [
  [10_000, 101],
  [100_000, 31],
  [1_000_000, 11],
].map(([bytes, times]) => {
  const text = config(bytes);
  edit(text, EDITS);
  const parsing = milliseconds(() => parse(text, { integersAsBigInt: 'asNeeded' }), times);
  return { bytes: text.length, parsing, editing: milliseconds(() => edit(text, EDITS), times) };
});

process.stdout.write('  size kB   edit ms   smol-toml parse ms   ratio   times the size   times the time\n');
for (const [index, { bytes, parsing, editing }] of rows.entries()) {
  const before = rows[index - 1];
  const cells = [
    (bytes / 1000).toFixed(0).padStart(9),
    editing.toFixed(2).padStart(10),
    parsing.toFixed(2).padStart(21),
    (editing / parsing).toFixed(1).padStart(8),
    before ? (bytes / before.bytes).toFixed(1).padStart(17) : '',
    before ? (editing / before.editing).toFixed(1).padStart(17) : '',
  ];
  process.stdout.write(`${cells.join('')}\n`);
}
