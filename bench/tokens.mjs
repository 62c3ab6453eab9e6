// The tokens of Codex's first turn, as the real LMDeploy counts them: what does each way to set Codex up save?
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { OURS, startLmdeploy, timed, userIn } from './real.mjs';

/** The block of LMDeploy's guide, as somebody types it. */
const block = (baseUrl, model) => `model = "${model}"
model_provider = "lmdeploy"

[model_providers.lmdeploy]
name = "LMDeploy"
base_url = "${baseUrl}"
env_key = "LMDEPLOY_API_KEY"
wire_api = "responses"
requires_openai_auth = false
stream_idle_timeout_ms = 300000
`;

/** Each way with what it may take of the block's tokens; null: no promise. */
const WAYS = [
  { name: 'documented block', init: null, limit: null },
  { name: 'init', init: [], limit: null },
  { name: 'init --profile (lean)', init: ['--profile'], limit: 0.82 },
  { name: 'init --profile --prompt compact', init: ['--profile', '--prompt', 'compact'], limit: 0.4 },
];

async function firstTurn({ init }, baseUrl, model, folder) {
  const env = await userIn(folder);
  if (init === null) await writeFile(join(env.CODEX_HOME, 'config.toml'), block(baseUrl, model));
  else {
    const { code, stderr } = await timed([...OURS, 'init', baseUrl, '--yes', ...init], env);
    if (code !== 0) throw new Error(`init exited with ${code}:\n${stderr}`);
  }
  const profile = init?.includes('--profile') ? ['--profile', 'lmdeploy'] : [];
  const exec = ['exec', '--json', '--ephemeral', '--skip-git-repo-check', 'Say hello.'];
  const { stdout, stderr } = await timed(['codex', ...profile, ...exec], env);
  const done = stdout.split('\n').find((line) => line.includes('"turn.completed"'));
  if (done === undefined) throw new Error(`codex exec did not complete a turn:\n${stdout}${stderr}`);
  return JSON.parse(done).usage.input_tokens;
}

const server = await startLmdeploy();
const folder = await mkdtemp(join(tmpdir(), 'codex-lmdeploy-bench-'));
try {
  const { data } = await (await fetch(`${server.baseUrl}/models`)).json();
  let whole = 0;
  for (const [index, way] of WAYS.entries()) {
    const tokens = await firstTurn(way, server.baseUrl, data[0].id, join(folder, String(index)));
    if (index === 0) whole = tokens;
    const share = tokens / whole;
    const isOver = way.limit !== null && share > way.limit;
    const limit = way.limit === null ? '' : `   at most ${way.limit * 100} %${isOver ? ': MISSED' : ''}`;
    const percent = `${(share * 100).toFixed(1)} %`.padStart(8);
    process.stdout.write(`${way.name.padEnd(34)}${String(tokens).padStart(7)}${percent}${limit}\n`);
    if (isOver) process.exitCode = 1;
  }
} finally {
  await server.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}
