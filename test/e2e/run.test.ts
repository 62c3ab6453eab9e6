import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Script } from '../../src/stand-in/script.js';
import { type StandInOptions, startStandIn } from '../../src/stand-in/server.js';
import { PATH_WITH_CODEX, ROOT, scratch } from '../cli.js';
import { program } from '../program.js';
import { recordingCodex } from '../recording-codex.js';
import { hasScript, onTerminal } from '../terminal.js';

const KEY = 'sk-lmd-run-5ecret';
const EXEC = ['exec', '--skip-git-repo-check'];

/** Where what the real Codex sends is kept, so that it is recorded once for all tests. */
let cache: string;
beforeAll(async () => {
  cache = await mkdtemp(join(tmpdir(), 'codex-lmdeploy-cache-'));
});
afterAll(() => rm(cache, { recursive: true, force: true, maxRetries: 10 }));

/** A stand-in, and the folders of a user who never had a config. */
async function setUp(options: StandInOptions = {}) {
  const server = await startStandIn(options);
  onTestFinished(() => server.close());
  const folder = await scratch();
  const [home, temporary] = [join(folder, 'home'), join(folder, 'tmp')];
  await mkdir(home);
  await mkdir(temporary);
  const env = {
    ...{ PATH: PATH_WITH_CODEX, HOME: folder, CODEX_HOME: home },
    ...{ TMPDIR: temporary, XDG_CACHE_HOME: cache },
  };
  return {
    server,
    home,
    env,
    run: (args: string[], more: Record<string, string> = {}) =>
      program(['run', '--base-url', server.baseUrl, ...args], { home, env: { ...env, ...more } }),
    /** What of ours lies in the home or in the temporary place. */
    async left() {
      const names = [home, temporary].map((path) => readdir(path, { recursive: true }));
      return (await Promise.all(names)).flat().filter((name) => /lmdeploy/i.test(name));
    },
  };
}

const says =
  (text: string): Script =>
  () => ({ text });

test('in an empty home codex exec prints what the model says, and nothing of ours is left', async () => {
  const { run, left, home } = await setUp({ script: says('Hello from LMDeploy') });
  const ran = await run(['--', ...EXEC, 'Say hello']);
  expect(ran).toMatchObject({ code: 0, stdout: 'Hello from LMDeploy\n' });
  expect(ran.stderr).toMatch(/^Codex runs on Qwen\/Qwen3\.5-35B-A3B at http:/);
  expect(await left()).toEqual([]);
  // A model that Codex doesn't know, but for the catalog.
  expect(ran.stderr).not.toContain('Model metadata');
  // Codex had its own session there, so this could have found something.
  expect(await readdir(home)).toContain('sessions');
  expect(await readdir(home)).not.toContain('config.toml');
});

test('what the user says to Codex outdoes what run says to it', async () => {
  const { run, server } = await setUp({ models: ['base', 'adapter'], script: says('ok') });
  const theirs = ['-c', 'model_providers.lmdeploy.http_headers={X-Mine="1"}', '-m', 'adapter'];
  const ran = await run(['--model', 'base', '--quiet', ...EXEC, ...theirs, 'hi']);
  expect(ran).toMatchObject({ code: 0, stdout: 'ok\n' });
  expect(server.requests.at(-1)?.body).toMatchObject({ model: 'adapter' });
});

test('what Codex reads from its input, and the code it exits with, pass through', async () => {
  const { server, env } = await setUp({
    script: ({ lastUserMessage }) => ({
      text: lastUserMessage.includes('from a pipe') ? 'read' : 'not read',
    }),
  });
  const child = spawn(
    process.execPath,
    [join(ROOT, 'dist/bin.js'), 'run', '--base-url', server.baseUrl, '--quiet', ...EXEC, '-'],
    { env, cwd: '/' },
  );
  let stdout = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stdin.end('a prompt from a pipe');
  expect(await new Promise((resolve) => child.on('close', resolve))).toBe(0);
  expect(stdout).toBe('read\n');
});

test('an error of Codex’s own comes in its words, with its exit code', async () => {
  const { run } = await setUp();
  const { code, stderr } = await run(['--quiet', '--', 'exec', '--no-such-option']);
  expect({ code, stderr }).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^error: unexpected arg/),
  });
});

describe.skipIf(process.platform !== 'linux')('the key (looks into /proc, so Linux only)', () => {
  test('stands on no command line and in no file while Codex runs, and does not reach its shells', async () => {
    const seen: { lines: string[]; snapshots: string[]; output: string | null } = {
      ...{ lines: [], snapshots: [], output: null },
    };
    // The script runs while Codex waits for its answer.
    const script: Script = ({ toolOutput, lastUserMessage }) => {
      if (!lastUserMessage.includes('Look')) return { text: 'ok' };
      seen.lines = commandLines();
      if (toolOutput === null)
        return { calls: [{ name: 'exec_command', arguments: '{"cmd":"echo key=$LMDEPLOY_API_KEY."}' }] };
      const folder = join(its.home, 'shell_snapshots');
      seen.snapshots = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
      seen.output = toolOutput;
      return { text: 'done' };
    };
    const its = await setUp({ script, apiKeys: [KEY] });
    const ran = await its.run(['--', ...EXEC, 'Look'], { LMDEPLOY_API_KEY: KEY });
    expect(ran).toMatchObject({ code: 0, stdout: 'done\n' });
    expect(seen.lines.some((line) => line.includes('model_provider="lmdeploy"'))).toBe(true);
    expect(seen.lines.filter((line) => line.includes(KEY))).toEqual([]);
    expect(seen.snapshots).toHaveLength(1);
    expect(seen.snapshots.join()).not.toContain(KEY);
    expect(seen.output).toContain('key=.');
    expect(its.server.requests.at(-1)?.authorization).toBe(`Bearer ${KEY}`);
    for (const file of await everyFile(its.home)) expect(file).not.toContain(KEY);
    expect(ran.stderr).not.toContain(KEY);
  });
});

/** What every process of this machine was started with. */
function commandLines(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')];
      } catch {
        // It has ended.
        return [];
      }
    });
}

async function everyFile(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return Promise.all(files.map((entry) => readFile(join(entry.parentPath, entry.name), 'latin1')));
}

/** A session with a Codex that does what a line of shell says; without a terminal. */
async function session(script: string) {
  const its = await setUp();
  const codex = await recordingCodex({ script, isReal: true });
  const args = [join(ROOT, 'dist/bin.js'), 'run', '--base-url', its.server.baseUrl];
  const child = spawn(process.execPath, args, {
    env: { ...its.env, PATH: codex.path },
    stdio: 'ignore',
  });
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) =>
    child.on('close', (code, signal) => resolve({ code, signal })),
  );
  onTestFinished(() => void child.kill('SIGKILL'));
  await expect.poll(codex.started).not.toBeNull();
  return { ...its, child, codex, ended };
}

/** Goes on until a signal comes; `$SEEN/got` holds those that came. */
const WAITS = (onSignal: string) =>
  `for s in INT TERM HUP; do trap "echo $s >> '$SEEN/got'; ${onSignal}" $s; done; touch "$SEEN/ready"; while :; do sleep 0.05; done`;

describe('signals, without a terminal', () => {
  test.each(['SIGTERM', 'SIGHUP', 'SIGINT'] as const)(
    '%s goes on to Codex, whose answer counts',
    async (name) => {
      const { child, codex, ended, left } = await session(WAITS('exit 7'));
      await expect.poll(() => codex.seen('ready')).not.toBeNull();
      expect(await left()).toHaveLength(2);
      child.kill(name);
      expect(await ended).toEqual({ code: 7, signal: null });
      expect(await codex.seen('got')).toBe(`${name.slice(3)}\n`);
      expect(await left()).toEqual([]);
    },
  );

  test('a Codex that goes on after Ctrl-C is left alone, however often', async () => {
    const { child, codex, ended, left } = await session(WAITS(':'));
    await expect.poll(() => codex.seen('ready')).not.toBeNull();
    for (const count of [1, 2, 3]) {
      child.kill('SIGINT');
      await expect.poll(() => codex.seen('got')).toBe('INT\n'.repeat(count));
    }
    expect(child.exitCode).toBeNull();
    child.kill('SIGTERM');
    await expect.poll(() => codex.seen('got')).toContain('TERM');
    const pid = Number((await codex.started())?.env['PID']);
    expect(pid).toBeGreaterThan(1);
    process.kill(pid, 'SIGKILL');
    expect(await ended).toEqual({ code: null, signal: 'SIGKILL' });
    expect(await left()).toEqual([]);
  });

  test.each(['TERM', 'INT', 'KILL'])('a Codex that SIG%s ends: so are we', async (name) => {
    const { ended, left } = await session(`kill -${name} $$`);
    expect(await ended).toEqual({ code: null, signal: `SIG${name}` });
    expect(await left()).toEqual([]);
  });

  test('the real Codex amid a turn: SIGTERM ends both', async () => {
    const its = await setUp({
      script: ({ lastUserMessage }) =>
        lastUserMessage.includes('Wait')
          ? { calls: [{ name: 'exec_command', arguments: '{"cmd":"sleep 30"}' }] }
          : { text: 'ok' },
    });
    const args = ['run', '--base-url', its.server.baseUrl, '--', ...EXEC, 'Wait'];
    const child = spawn(process.execPath, [join(ROOT, 'dist/bin.js'), ...args], {
      env: its.env,
      cwd: '/',
      stdio: 'ignore',
    });
    const ended = new Promise((resolve) => child.on('close', (_, signal) => resolve(signal)));
    const isWaiting = () => its.server.requests.some(({ body }) => JSON.stringify(body)?.includes('Wait'));
    await expect.poll(isWaiting).toBe(true);
    child.kill('SIGTERM');
    expect(await ended).toBe('SIGTERM');
    expect(await its.left()).toEqual([]);
  });
});

const ENTER = '\r';
const DOWN = '\u001b[B';
const CTRL_C = '\u0003';
const SLOW = { interval: 500 };

describe.skipIf(!hasScript)('on a terminal (needs the program "script" of util-linux)', () => {
  test('of several models one is chosen; then the terminal is Codex’s', async () => {
    const { server, home, env } = await setUp({ models: ['base', 'adapter'], script: says('ok') });
    const args = ['run', '--base-url', server.baseUrl, '--', '-C', home];
    const { answer, ended, press } = onTerminal(args, { home, env });
    await answer('Which model should Codex use?', DOWN + ENTER);
    await answer('Ask Codex to do anything', 'typed into Codex');
    const turn = () => server.requests.find(({ body }) => JSON.stringify(body)?.includes('typed into Codex'));
    // Codex takes an Enter right behind other keys for one of a pasted text.
    const again = async <T>(key: string, look: () => T) => {
      press(key);
      return look();
    };
    await expect
      .poll(() => again(ENTER, turn), SLOW)
      .toMatchObject({ status: 200, body: { model: 'adapter' } });
    await expect.poll(() => again(CTRL_C, () => Promise.race([ended, null])), SLOW).toBe(0);
  });

  test.each([
    ['reaches Codex, which decides', '', 41],
    // In a session of its own no terminal reaches it, so whatever comes there is from us.
    ['is not passed on by us beside that', 'setsid', 40],
  ])('Ctrl-C %s', async (_, prefix, code) => {
    const { server, home, env } = await setUp();
    const counts = `const { existsSync, writeFileSync } = require("node:fs"); const [, seen] = process.argv;
      let count = 0; process.on("SIGINT", () => { count += 1; writeFileSync(seen + "/got", ""); }); writeFileSync(seen + "/ready", "");
      setInterval(() => existsSync(seen + "/go") && process.exit(40 + count), 50);`;
    const script = `exec ${prefix} '${process.execPath}' -e '${counts}' "$SEEN"`;
    const codex = await recordingCodex({ script });
    const its = { home, env: { ...env, PATH: codex.path } };
    const { press, ended, screen } = onTerminal(['run', '--base-url', server.baseUrl], its);
    await expect.poll(() => codex.seen('ready')).not.toBeNull();
    press(CTRL_C);
    await expect.poll(screen).toContain('^C');
    if (prefix === '') await expect.poll(() => codex.seen('got')).not.toBeNull();
    // As long as a signal of ours would take, to be seen here.
    await setTimeout(300);
    await writeFile(codex.at('go'), '');
    expect(await ended).toBe(code);
  });

  test('Ctrl-C while the server is asked: exit 130, and no Codex', async () => {
    const { tcpServer } = await import('../sockets.js');
    const { home, env } = await setUp();
    const codex = await recordingCodex();
    const address = await tcpServer(() => undefined);
    const its = { home, env: { ...env, PATH: codex.path } };
    const { answer, ended } = onTerminal(['run', '--base-url', address], its);
    await answer('Asking', CTRL_C);
    expect(await ended).toBe(130);
    expect(await codex.started()).toBeNull();
  });
});
