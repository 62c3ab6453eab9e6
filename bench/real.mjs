// What the benches measure on: the real LMDeploy of the contract suite, and a user's machine with the real Codex.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { delimiter, dirname, join, resolve } from 'node:path';
import process from 'node:process';

const START_LIMIT_MS = 90_000;
const ROOT = resolve(import.meta.dirname, '..');
const CONTRACT = join(ROOT, '.contract');

/** The program as it is built. */
export const OURS = [process.execPath, join(ROOT, 'dist/bin.js')];

/** The newest LMDeploy of the contract suite with its scripted engine, which answers at once. */
export async function startLmdeploy() {
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
export async function timed([file, ...args], env) {
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

/** A user with an empty home, all in one folder: recordings of Codex lie in the cache of the same user. */
export async function userIn(folder) {
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
