import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Layer } from '../../src/codex/layers.js';
import { scratchConfig } from '../../src/codex/scratch-config.js';
import type { Script } from '../../src/stand-in/script.js';
import { readToml } from '../../src/toml/read.js';
import { cli } from '../cli.js';
import { findings, machine } from '../faults/machine.js';

const LIVE = ['--only', 'live.turn'];

/** Does what it is told, and says what came of it. */
const obedient: Script = ({ toolOutput, lastUserMessage }) =>
  toolOutput === null
    ? {
        calls: [{ name: 'exec_command', arguments: JSON.stringify({ cmd: lastUserMessage.split(': ')[1] }) }],
      }
    : { text: `It said ${toolOutput.trim().split('\n').at(-1)}.` };

/** The probes of doctor are answered as a sound server would; only the real turn is another matter. */
const onlyLive =
  (script: Script): Script =>
  (turn) =>
    /lmdeploy-[0-9a-f]{12}/.test(turn.lastUserMessage) ? script(turn) : obedient(turn);

async function live(script: Script, config?: (text: string) => string) {
  const the = await machine({ real: true, server: { script } });
  if (config) await the.write('home/config.toml', config(the.config));
  // Where the scratch folder is made: nothing of it may stay.
  the.temporaryFolder = await mkdtemp(join(tmpdir(), 'codex-lmdeploy-live-test-'));
  const folder = the.temporaryFolder;
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 10 }));
  the.args = LIVE;
  const before = await readdir(join(the.folder, 'home'));
  const found = await findings(the);
  expect(await readdir(folder)).toEqual([]);
  expect((await readdir(join(the.folder, 'home'))).filter((name) => /history|sessions/.test(name))).toEqual(
    [],
  );
  expect(before).toEqual(['config.toml']);
  return { found, requests: the.server.requests };
}

test('a real turn runs the command, without MCP servers and with the key in a variable only', async () => {
  const { found, requests } = await live(obedient, (text) =>
    text
      .replace('env_key = "LMDEPLOY_API_KEY"', 'experimental_bearer_token = "sk-live"')
      .concat('[mcp_servers.x]\ncommand = "/nowhere"\n'),
  );
  expect(found).toEqual([]);
  const turns = requests.filter(({ body }) => JSON.stringify(body)?.includes('echo lmdeploy-'));
  expect(turns.length).toBeGreaterThanOrEqual(2);
  expect(new Set(turns.map(({ authorization }) => authorization))).toEqual(new Set(['Bearer sk-live']));
  expect(JSON.stringify(turns[0]?.body)).not.toContain('mcp__x');
});

test.each<[string, Script, RegExp]>([
  [
    'says the word without running anything',
    ({ lastUserMessage }) => ({ text: lastUserMessage }),
    /ran no command and only said/,
  ],
  [
    'runs something else',
    ({ toolOutput }) =>
      toolOutput === null
        ? { calls: [{ name: 'exec_command', arguments: '{"cmd":"echo no"}' }] }
        : { text: 'done' },
    /did not say the word/,
  ],
  [
    'fails on the server',
    () => ({ text: 'half', fail: true }),
    /ran no command and only said "half"; Codex says: .*An internal server error occurred\.$/,
  ],
])('a model that %s: failed', async (_, script, says) => {
  const { found } = await live(onlyLive(script));
  expect(found.map(({ id, status }) => [id, status])).toEqual([['live.turn', 'fail']]);
  expect(found[0]?.detail).toMatch(says);
  expect(found[0]?.remedy).toContain('lmdeploy serve api_server');
});

test('it is taken only where it is asked for, and its cost is named before on a terminal', async () => {
  const the = await machine({ server: {} });
  const world = { home: join(the.folder, 'home'), env: the.env, tty: true };
  const without = await cli(['doctor'], world);
  expect(without.stdout).not.toContain('live.turn');
  const { stdout, stderr } = await cli(['doctor', '--live'], world);
  expect(stdout).toContain('live.turn');
  expect(stderr).toMatch(/--live takes one real turn of Codex with Qwen\/Qwen3\.5-35B-A3B: .*8,000 tokens/);
  expect((await cli(['doctor', '--only', 'codex', '--live'], world)).stdout).toContain('live.turn');
});

test('what goes into the scratch home: no secrets, no other servers; a catalog by its whole path', async () => {
  const text = `model = "m"
model_provider = "p"
model_catalog_json = "c.json"
notify = ["x"]
[mcp_servers.x]
command = "x"
[features]
goals = false
[model_providers.p]
name = "P"
base_url = "http://h/v1"
http_headers = { Authorization = "Bearer sk-1", "X-Team" = "t" }
`;
  const layer = (toml: string): Layer => ({
    kind: 'user',
    path: '/home/u/.codex/config.toml',
    text: toml,
    document: readToml(toml),
  });
  const config = scratchConfig([layer(text)], 'p');
  expect(config?.toml).not.toContain('sk-1');
  expect(readToml(config?.toml ?? '')).toEqual({
    model: 'm',
    model_provider: 'p',
    model_catalog_json: '/home/u/.codex/c.json',
    features: { goals: false, shell_snapshot: false, hooks: false },
    model_providers: {
      p: {
        name: 'P',
        base_url: 'http://h/v1',
        env_http_headers: { Authorization: 'CODEX_LMDEPLOY_LIVE_0', 'X-Team': 'CODEX_LMDEPLOY_LIVE_1' },
      },
    },
  });
  expect(config?.env).toEqual({ CODEX_LMDEPLOY_LIVE_0: 'Bearer sk-1', CODEX_LMDEPLOY_LIVE_1: 't' });
  expect(scratchConfig([layer(`${text}query_params = { key = "k" }\n`)], 'p')).toBeNull();
});
