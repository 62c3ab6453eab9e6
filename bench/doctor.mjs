// `codex-lmdeploy doctor` beside `codex doctor`, on one home, in turn: how much longer does it take?
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import process from 'node:process';

const PAIRS = 10;
const LIMIT = 2.0;
const START_LIMIT_MS = 90_000;
const ROOT = resolve(import.meta.dirname, '..');
const CONTRACT = join(ROOT, '.contract');

/** The newest LMDeploy of the contract suite with its scripted engine, which answers at once. */
async function startLmdeploy() {
  const python = join(CONTRACT, 'venv/bin/python');
  if (!existsSync(python)) throw new Error('LMDeploy is not installed here: npm run contract:setup');
  const port = await freePort();
  const engine = join(ROOT, 'test/contract/engine/serve.py');
  const child = spawn(python, [engine, '--port', String(port), '--tool-call-parser', 'qwen3'], {
    env: {
      ...process.env,
      PYTHONPATH: join(CONTRACT, 'lmdeploy-0.18.0'),
      HF_HUB_OFFLINE: '1',
      PYTHONDONTWRITEBYTECODE: '1',
    },
    stdio: 'ignore',
  });
  const root = `http://127.0.0.1:${port}`;
  const until = Date.now() + START_LIMIT_MS;
  const answers = () =>
    fetch(`${root}/health`).then(
      ({ ok }) => ok,
      () => false,
    );
  while (!(await answers())) {
    if (child.exitCode !== null || Date.now() > until) {
      child.kill('SIGKILL');
      throw new Error('LMDeploy did not start');
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const ended = once(child, 'close');
  return { baseUrl: `${root}/v1`, stop: () => child.kill('SIGKILL') && ended };
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** Runs a program to its end. */
async function timed([file, ...args], env) {
  const started = performance.now();
  const child = spawn(file, args, { env, cwd: env.HOME, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr']) {
    child[name].on('data', (text) => {
      said[name] += text;
    });
  }
  const [code] = await once(child, 'close');
  return { ms: performance.now() - started, code, ...said };
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1] + sorted[Math.floor(middle)]) / 2;
}

/** A home as `init` leaves it, all in one folder: its recordings of Codex lie in the cache of the same user. */
async function userIn(folder) {
  const env = {
    PATH: [join(ROOT, 'node_modules/.bin'), dirname(process.execPath), '/usr/bin', '/bin'].join(delimiter),
    HOME: join(folder, 'home'),
    CODEX_HOME: join(folder, 'home/.codex'),
    TMPDIR: join(folder, 'temporary'),
    LMDEPLOY_API_KEY: 'dummy',
  };
  await mkdir(env.CODEX_HOME, { recursive: true });
  await mkdir(env.TMPDIR);
  return env;
}

async function measure(baseUrl, folder) {
  const env = await userIn(folder);
  const ours = [process.execPath, join(ROOT, 'dist/bin.js')];
  const init = await timed([...ours, 'init', baseUrl, '--yes'], env);
  if (init.code !== 0) throw new Error(`init exited with ${init.code}:\n${init.stderr}`);
  const doctor = async () => {
    const { ms, code, stdout, stderr } = await timed([...ours, 'doctor'], env);
    if (code !== 0) throw new Error(`doctor exited with ${code}:\n${stdout}${stderr}`);
    return ms;
  };
  const codexDoctor = async () => {
    const { ms, stdout, stderr } = await timed(['codex', 'doctor', '--json'], env);
    // Not its exit code: that is about logins and updates too.
    if (!stdout.includes('"overallStatus"')) throw new Error(`codex doctor gave no report:\n${stderr}`);
    return ms;
  };
  const pairs = [];
  for (let pair = 0; pair <= PAIRS; pair += 1) {
    const seen = { doctor: await doctor(), codex: await codexDoctor() };
    // The first pair only warms up.
    if (pair > 0) pairs.push(seen);
  }
  return pairs;
}

const server = await startLmdeploy();
const folder = await mkdtemp(join(tmpdir(), 'codex-lmdeploy-bench-'));
try {
  const pairs = await measure(server.baseUrl, folder);
  const ratio = median(pairs.map(({ doctor, codex }) => doctor / codex));
  for (const { doctor, codex } of pairs)
    process.stdout.write(
      `  ${doctor.toFixed(0).padStart(6)} ms ${codex.toFixed(0).padStart(6)} ms   ${(doctor / codex).toFixed(2)}\n`,
    );
  process.stdout.write(`codex-lmdeploy doctor: median ${median(pairs.map(({ doctor }) => doctor)).toFixed(0)} ms
codex doctor:          median ${median(pairs.map(({ codex }) => codex)).toFixed(0)} ms
ratio:                 median ${ratio.toFixed(2)} of ${PAIRS} pairs, at most ${LIMIT.toFixed(1)}\n`);
  if (ratio > LIMIT) process.exitCode = 1;
} finally {
  await server.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}
