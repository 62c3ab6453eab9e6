import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { findCodex } from '../../src/codex/installed.js';
import { type FirstTurn, firstTurn } from '../../src/codex/recorder.js';
import { cacheFolder, readCached } from '../../src/codex/recording-cache.js';
import { STOCK } from '../../src/codex/turn-shape.js';
import type { Context } from '../../src/context.js';
import { context, PATH_WITH_CODEX, scratch } from '../cli.js';
import { CODEXES } from '../codexes.js';

const MODEL = 'Qwen/Qwen3.5-35B-A3B';

/** A machine with one Codex on its PATH; everything of the user's is below `folder`. */
async function machine(path: string, env: Record<string, string> = {}, signal?: AbortSignal) {
  const folder = await scratch();
  const [home, temporaryFolder] = [join(folder, 'me'), join(folder, 'tmp')];
  await mkdir(home);
  await mkdir(temporaryFolder);
  const world = { home, env: { PATH: path, XDG_CACHE_HOME: join(folder, 'cache'), ...env } };
  const its: Context = { ...context({ ...world, ...(signal && { signal }) }).context, temporaryFolder };
  const record = async (model = MODEL) => firstTurn(its, await findCodex(its), model);
  return { its, folder, home, temporaryFolder, record };
}

/** A `codex` of the test's own making. */
async function program(script: string): Promise<string> {
  const folder = await scratch();
  await writeFile(
    join(folder, 'codex'),
    `#!/bin/sh\n[ "$1" = --version ] && echo codex-cli 9.9.9 && exit\n${script}\n`,
  );
  await chmod(join(folder, 'codex'), 0o755);
  return [folder, '/usr/bin', '/bin'].join(delimiter);
}

function expectFirstTurn(turn: FirstTurn): void {
  expect(turn.prompt).toMatch(/^You are a coding agent running in the Codex CLI/);
  expect(turn.prompt.length).toBeGreaterThan(10_000);
  expect(turn.tools.map(({ name, type }) => name ?? type)).toEqual(
    expect.arrayContaining(['exec_command', 'write_stdin', 'web_search']),
  );
  expect(turn.body).toMatchObject({ model: MODEL, stream: true, store: false });
}

describe('the real Codex', () => {
  for (const { version, isThere, why, path } of CODEXES) {
    const place = version === '0.169.0' ? 'the first developer message' : 'instructions';
    test.skipIf(!isThere)(`${version} is recorded, its prompt in ${place}${why}`, async () => {
      const { record, its, temporaryFolder } = await machine(path);
      const turn = await record();
      expect(turn).toMatchObject({ source: 'installed', problem: null, codexVersion: version });
      expectFirstTurn(turn);
      expect(turn.headers).toMatchObject({ originator: 'codex_exec', accept: 'text/event-stream' });
      expect(turn.body.instructions === turn.prompt).toBe(place === 'instructions');
      expect(await readdir(temporaryFolder)).toEqual([]);
      expect(await readdir(its.userHome)).toEqual([]);
    });
  }

  test('the second time it comes from the cache, for its owner alone, one entry for each model', async () => {
    const { record, its } = await machine(PATH_WITH_CODEX);
    const { source: _, ...first } = await record();
    const { source, ...second } = await record();
    expect(source).toBe('cache');
    expect(JSON.stringify(second)).toBe(JSON.stringify(first));
    const [file = '', ...others] = await readdir(cacheFolder(its));
    expect(others).toEqual([]);
    expect((await stat(cacheFolder(its))).mode & 0o777).toBe(0o700);
    expect((await stat(join(cacheFolder(its), file))).mode & 0o777).toBe(0o600);
    expect(await record('another')).toMatchObject({ source: 'installed', body: { model: 'another' } });
  });

  test('what lies in the cache and is not ours is recorded anew', async () => {
    const { record, its } = await machine(PATH_WITH_CODEX);
    await record();
    const [name = ''] = await readdir(cacheFolder(its));
    const file = join(cacheFolder(its), name);
    const kept = await readFile(file, 'utf8');
    const from = { path: (await findCodex(its))?.path ?? '', version: '0.169.0', model: MODEL, shape: STOCK };
    expect(await readCached(its, from)).not.toBeNull();
    for (const text of [
      '',
      '{"schema":1}',
      kept.slice(0, -100),
      kept.replace('"schema":1', '"schema":2'),
      kept.replace('"codexVersion":"0.169.0"', '"codexVersion":"0.168.0"'),
      kept.replace(/"key":"[^"]+"/, '"key":"of another program"'),
      kept.replace('"tools":[', '"tools":"none","were":['),
    ]) {
      expect(text).not.toBe(kept);
      await writeFile(file, text);
      expect(await readCached(its, from)).toBeNull();
    }
    expect((await record()).source).toBe('installed');
    expect((await record()).source).toBe('cache');
  });

  test('without a place for the cache it is recorded each time', async () => {
    const { record, folder } = await machine(PATH_WITH_CODEX);
    await writeFile(join(folder, 'cache'), 'a file in the way');
    expect((await record()).source).toBe('installed');
    expect((await record()).source).toBe('installed');
  });

  test('nothing of the user gets into it, and a proxy does not catch it', async () => {
    const secrets = {
      LMDEPLOY_API_KEY: 'sk-secret-1',
      OPENAI_API_KEY: 'sk-secret-2',
      HTTP_PROXY: 'http://secret-3.invalid:1',
      ALL_PROXY: 'http://secret-4.invalid:1',
    };
    const { record, home, its, temporaryFolder, folder } = await machine(PATH_WITH_CODEX, secrets);
    // A temporary folder inside somebody's repository, with instructions of its own, and a home that was lived in.
    const git = (...args: string[]) => promisify(execFile)('git', ['-C', folder, ...args]);
    await git('init', '-q');
    await git('remote', 'add', 'origin', 'https://example.invalid/secret-5.git');
    await git('-c', 'user.name=me', '-c', 'user.email=me@x', 'commit', '-qm', 'secret-6', '--allow-empty');
    await writeFile(join(folder, 'AGENTS.md'), 'secret-7');
    for (const place of ['.codex', '.agents']) {
      await mkdir(join(home, place, 'skills/mine'), { recursive: true });
      await writeFile(
        join(home, place, 'skills/mine/SKILL.md'),
        '---\nname: secret-8\ndescription: mine\n---\n',
      );
    }
    await writeFile(join(home, '.codex/AGENTS.md'), 'secret-9');
    await writeFile(join(home, '.codex/config.toml'), '[mcp_servers.secret-10]\ncommand = "true"\n');
    const turn = await record();
    expect(turn.source).toBe('installed');
    const [kept = ''] = await readdir(cacheFolder(its));
    for (const text of [JSON.stringify(turn), await readFile(join(cacheFolder(its), kept), 'utf8')]) {
      expect(text).not.toMatch(/secret|authorization|installation_id":"(?!0{8})/i);
      expect(text).not.toContain(folder);
      expect(text).not.toContain(dirname(temporaryFolder));
    }
  });

  test('the turn that comes with this program is the one that 0.169.0 sends', async () => {
    const { record } = await machine(PATH_WITH_CODEX);
    const installed = await record();
    const { its } = await machine('/nowhere');
    const fixture = await firstTurn(its, null, MODEL);
    expect(fixture).toMatchObject({ source: 'fixture', codexVersion: installed.codexVersion });
    const timeless = ({ prompt, tools, headers, body: { client_metadata: _, ...body } }: FirstTurn) => {
      const { 'user-agent': __, ...others } = headers;
      const text = JSON.stringify({ prompt, tools, headers: others, body });
      return JSON.parse(text.replace(/(<current_date>)[^<]*|(<shell>)[^<]*/g, '$1$2'));
    };
    expect(timeless(fixture)).toEqual(timeless(installed));
  });
});

describe('where no Codex can be recorded, the turn that comes with this program', () => {
  test.each([
    ['hangs before it sends anything', 'sleep 60', /in 10 s/],
    ['exits with 1', 'echo "Error: no such thing" >&2; exit 1', /exited with 1.*no such thing/],
    ['ends at once, without a word', 'exit 0', /sent nothing/],
  ])('a codex that %s', async (_, script, problem) => {
    const { record, temporaryFolder, its } = await machine(await program(script));
    const turn = await record();
    expect(turn).toMatchObject({ source: 'fixture', codexVersion: '0.169.0' });
    expect(turn.problem).toMatch(problem);
    expectFirstTurn(turn);
    expect(await readdir(temporaryFolder)).toEqual([]);
    expect(existsSync(cacheFolder(its))).toBe(false);
  });

  test('a codex that sends something else than a turn', async () => {
    const script = `url=$(sed -n 's/^base_url = "\\(.*\\)"/\\1/p' "$CODEX_HOME/config.toml")
exec "${process.execPath}" -e 'fetch(process.argv[1] + "/responses", { method: "POST", body: "{}" }).then((r) => r.text())' "$url"`;
    const { record } = await machine(await program(script));
    expect(await record()).toMatchObject({ source: 'fixture', problem: expect.stringContaining('shape') });
  });

  test('no codex at all, or one that names no version', async () => {
    const { record } = await machine('/nowhere');
    expect(await record()).toMatchObject({ source: 'fixture', problem: 'No codex is on the PATH.' });
    const folder = await scratch();
    await writeFile(join(folder, 'codex'), '#!/bin/sh\necho something else\n');
    await chmod(join(folder, 'codex'), 0o755);
    const strange = await machine(folder);
    expect(await strange.record()).toMatchObject({
      source: 'fixture',
      problem: expect.stringContaining('something else'),
    });
  });
});

test('Ctrl-C leaves no process and no folder behind', async () => {
  const marks = await scratch();
  // It waits with a child of its own, as npm's shim does, and says who they are.
  const path = await program(`sleep 61 & echo $$ $! > "${marks}/pids.tmp"
mv "${marks}/pids.tmp" "${marks}/pids"; wait`);
  const abort = new AbortController();
  const { record, temporaryFolder } = await machine(path, {}, abort.signal);
  const recording = record();
  while (!existsSync(join(marks, 'pids'))) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(await readdir(temporaryFolder)).toHaveLength(1);
  abort.abort();
  await expect(recording).rejects.toMatchObject({ name: 'AbortError' });
  expect(await readdir(temporaryFolder)).toEqual([]);
  const pids = (await readFile(join(marks, 'pids'), 'utf8')).trim().split(' ').map(Number);
  expect(pids).toHaveLength(2);
  for (const pid of pids) await expect.poll(() => isRunning(pid)).toBe(false);
});

/** A killed process that nobody has waited for yet is no running one. */
async function isRunning(pid: number): Promise<boolean> {
  const state = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  return state !== null && !/\) Z/.test(state);
}

test.each([
  ['linux', {}, '/home/me/.cache/codex-lmdeploy'],
  ['linux', { XDG_CACHE_HOME: '/var/cache/me' }, '/var/cache/me/codex-lmdeploy'],
  ['linux', { XDG_CACHE_HOME: 'relative' }, '/home/me/.cache/codex-lmdeploy'],
  ['darwin', { XDG_CACHE_HOME: '/var/cache/me' }, '/home/me/Library/Caches/codex-lmdeploy'],
  ['win32', { LOCALAPPDATA: 'C:\\me\\Local' }, 'C:\\me\\Local\\codex-lmdeploy\\Cache'],
] as const)('the cache on %s with %j is %s', async (platform, env, expected) => {
  const { its } = await machine('/nowhere');
  expect(cacheFolder({ ...its, platform, env, userHome: '/home/me' })).toBe(expected);
});
