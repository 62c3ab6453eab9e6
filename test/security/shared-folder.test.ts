import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, chown, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startStandIn } from '../../src/stand-in/server.js';
import { cli } from '../cli.js';
import { folder, later } from '../hostile/ground.js';
import { SENTENCE } from './process.js';

const STRANGER = 65_533;
const isRoot = process.getuid?.() === 0;

/** Takes the place of every folder that is made here: with a config of its own, which starts a program of its own. */
const SWAPPER = `cd "$1"; while :; do for f in codex-lmdeploy-*; do
  case "$f" in *'*'|*.caught) continue;; esac
  mv "$f" "$f.caught" 2>/dev/null && mkdir -p "$f/home" "$f/work" && : > caught
  done; sleep 0.02; done`;

/** A slow Codex, so that there is time for an attack. */
const CODEX = '#!/bin/sh\n/bin/sleep 0.4\n[ "$1" = --version ] && echo codex-cli 0.169.0\nexit 0\n';

async function ground(mode: number, owner = 0) {
  const root = await folder();
  // Node 20 makes folders for their owner alone, and a stranger has to get through.
  await chmod(root, 0o755);
  const [shared, home, bin, cache] = ['shared', 'home', 'bin', 'cache'].map((name) => join(root, name)) as [
    string,
    string,
    string,
    string,
  ];
  for (const path of [shared, home, bin, cache]) await mkdir(path, { mode: 0o755 });
  await chmod(shared, mode);
  await chown(shared, owner, owner);
  await writeFile(join(bin, 'codex'), CODEX, { mode: 0o755 });
  const server = await startStandIn({ models: ['tiny'] });
  later(() => server.close());
  const world = { home, temporaryFolder: shared, env: { PATH: bin, XDG_CACHE_HOME: cache } };
  return { root, shared, home, cache, world, url: server.baseUrl };
}

async function attacked<T>(shared: string, work: () => Promise<T>): Promise<T> {
  const swapper: ChildProcess = spawn('/bin/sh', ['-c', SWAPPER, 'sh', shared], {
    uid: STRANGER,
    gid: STRANGER,
    stdio: 'ignore',
  });
  try {
    return await work();
  } finally {
    swapper.kill('SIGKILL');
  }
}

const title = (text: string) => (isRoot ? text : `${text} (left out: only root can be two users)`);

test.runIf(isRoot).concurrent.each([
  ['without the sticky bit', 0o777, 0],
  ['that belongs to somebody else', 0o1777, STRANGER],
])(
  title('a temporary folder %s: nothing of ours is made there, so nothing can be swapped'),
  async (_, mode, owner) => {
    const { shared, cache, world, url } = await ground(mode, owner);
    const [profile, run] = await attacked(shared, async () => [
      await cli(['init', url, '--yes', '--profile', '--no-verify'], world),
      await cli(['run', '--base-url', url, '--', 'exec', 'hi'], world),
    ]);
    expect([profile?.code, run?.code, profile?.stderr]).toEqual([0, 0, expect.any(String)]);
    expect(await readdir(shared)).toEqual([]);
    const left = await readdir(join(cache, 'codex-lmdeploy')).catch(() => []);
    expect(left.filter((name) => name.startsWith('codex-lmdeploy-'))).toEqual([]);
  },
);

test.runIf(isRoot)(title('where the cache folder is no safer, it is said and nothing is done'), async () => {
  const { shared, cache, world, url } = await ground(0o777);
  await chmod(cache, 0o777);
  const { code, stderr } = await cli(['init', url, '--yes', '--profile', '--no-verify'], world);
  expect([code, stderr]).toEqual([2, expect.stringMatching(SENTENCE)]);
  expect(stderr).toContain('Other users may swap');
  expect(await readdir(shared)).toEqual([]);
});

test.runIf(isRoot)(title('in a sticky folder like /tmp a stranger can swap nothing'), async () => {
  const { shared, world, url } = await ground(0o1777);
  await attacked(shared, () => cli(['init', url, '--yes', '--profile', '--no-verify'], world));
  expect(await readdir(shared)).toEqual([]);
});

test.runIf(isRoot)(title('a recording that a stranger has put into the cache is not taken'), async () => {
  const { cache, world, url } = await ground(0o1777);
  // One that can be recorded: the real Codex.
  const { PATH_WITH_CODEX } = await import('../cli.js');
  const its = { ...world, env: { ...world.env, PATH: PATH_WITH_CODEX } };
  await cli(['print', 'catalog', url, '--json'], its);
  const own = join(cache, 'codex-lmdeploy');
  const files = await readdir(own);
  expect(files.length).toBeGreaterThan(0);
  for (const name of files) {
    const text = await readFile(join(own, name), 'utf8');
    await writeFile(join(own, name), text.replaceAll('You are', 'You are OWNED and'));
    await chown(join(own, name), STRANGER, STRANGER);
  }
  const { stdout } = await cli(['print', 'catalog', url, '--json'], its);
  expect(stdout).toContain('base_instructions');
  expect(stdout).not.toContain('OWNED');
});

test.runIf(isRoot)(
  title('what we make in a home of another user is theirs, and no folder above it'),
  async () => {
    const { root, home, world } = await ground(0o1777);
    await chown(home, STRANGER, STRANGER);
    const { code } = await cli(['init', '--offline', '--model', 'm', '--yes', '--no-verify'], world);
    expect(code).toBe(0);
    for (const name of ['config.toml', 'codex-lmdeploy', 'codex-lmdeploy/journal.json'])
      expect((await stat(join(home, name))).uid).toBe(STRANGER);
    expect((await stat(root)).uid).toBe(0);
  },
);
