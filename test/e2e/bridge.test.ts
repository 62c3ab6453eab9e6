import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { doctorDocument } from '../../src/documents.js';
import { type StandInOptions, startStandIn } from '../../src/stand-in/server.js';
import { cli, PATH_WITH_CODEX, scratch } from '../cli.js';
import { CODEXES } from '../codexes.js';
import { program, start } from '../program.js';
import { closedPort, freePort } from '../sockets.js';

const EXEC = ['exec', '--skip-git-repo-check'];
const KEY = 'sk-lmd-through-5ecret';

/** Where what the real Codex sends is kept, so that it is recorded once for all tests. */
let cache: string;
beforeAll(async () => {
  cache = await mkdtemp(join(tmpdir(), 'codex-lmdeploy-cache-'));
});
afterAll(() => rm(cache, { recursive: true, force: true, maxRetries: 10 }));

interface Turn {
  readonly tools: readonly { type: string; name: string; parameters: object }[];
}

async function setUp(options: StandInOptions = {}, path = PATH_WITH_CODEX) {
  const server = await startStandIn(options);
  onTestFinished(() => server.close());
  const folder = await scratch();
  const home = join(folder, 'home');
  await mkdir(home);
  const env = { PATH: path, HOME: folder, CODEX_HOME: home, XDG_CACHE_HOME: cache, LMDEPLOY_API_KEY: KEY };
  return {
    server,
    home,
    env,
    run: (args: string[], more: Record<string, string> = {}) =>
      program(['run', ...args], { home, env: { ...env, ...more } }),
    /** The tools of the last turn, as the server got them. */
    tools: () => (server.requests.at(-1)?.body as Turn | undefined)?.tools ?? [],
  };
}

describe('run, through a bridge of its own', () => {
  for (const { version, isThere, why, path } of CODEXES)
    test.skipIf(!isThere)(`Codex ${version}${why}: apply_patch and sub-agents reach the model`, async () => {
      const { server, run, tools } = await setUp({}, path);
      const ran = await run(['--base-url', server.baseUrl, '--', ...EXEC, 'Say hello']);
      expect(ran, ran.stderr).toMatchObject({ code: 0, stdout: 'Hello from LMDeploy.\n' });
      expect(tools().map(({ type }) => type)).toEqual(tools().map(() => 'function'));
      const patch = tools().find(({ name }) => name === 'apply_patch');
      expect(patch?.parameters).toMatchObject({ required: ['input'] });
      expect(tools().map(({ name }) => name)).toContainEqual(expect.stringMatching(/spawn_agent$/));
      expect(server.requests.at(-1)?.authorization).toBe(`Bearer ${KEY}`);
    });

  test('a dead proxy that catches loopback does not catch the bridge', async () => {
    const { server, run } = await setUp();
    const named = server.baseUrl.replace('127.0.0.1', 'localhost');
    const proxies = { HTTP_PROXY: await closedPort(), NO_PROXY: 'localhost' };
    const ran = await run(['--base-url', named, '--', ...EXEC, 'Say hello'], proxies);
    expect(ran, ran.stderr).toMatchObject({ code: 0, stdout: 'Hello from LMDeploy.\n' });
  });
});

test('init --bridge, the bridge as a process, and Codex on its own: doctor looks through it, --live goes through', async () => {
  const { server, home, env, tools } = await setUp();
  const world = { home, env };
  const port = String(await freePort());
  const init = await cli(['init', server.baseUrl, '--bridge', port, '--yes'], world);
  expect(init.code, init.stderr).toBe(0);
  const bridge = start(['bridge'], world);
  onTestFinished(() => void bridge.child.kill('SIGKILL'));
  await expect.poll(bridge.stderr).toContain('Codex is set up');
  const child = spawn('codex', [...EXEC, 'Use exec_command to run: echo through'], {
    env,
    cwd: home,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  expect(await new Promise((resolve) => child.on('close', resolve))).toBe(0);
  expect(said).toContain('through');
  expect(tools().map(({ name }) => name)).toContain('apply_patch');
  const { stdout } = await cli(['doctor', '--live', '--json'], world);
  const { checks } = doctorDocument.parse(JSON.parse(stdout));
  const wrong = checks.filter(({ status }) => status !== 'pass').map(({ id }) => id);
  // A test's home lies in a temporary folder.
  expect(wrong.filter((id) => id !== 'codex.home')).toEqual([]);
  expect(checks.map(({ id }) => id)).toContain('live.turn');
});
