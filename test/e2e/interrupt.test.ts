import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { scratch } from '../cli.js';
import { start } from '../program.js';
import { treeOf } from '../tree.js';

const MINE = '# mine\r\nmodel = "gpt-5"\r\n';
const INIT = ['init', '--offline', '--model', 'm', '--yes'];

async function homeWith(text: string | null) {
  const folder = await scratch();
  const home = join(folder, 'home');
  await mkdir(home);
  if (text !== null) await writeFile(join(home, 'config.toml'), text, { mode: 0o640 });
  return { folder, home };
}

/** A Codex that takes every config, but thinks over one of ours until it is ended; where it stands then. */
async function slowCodex() {
  const bin = await scratch();
  const script = `#!/bin/sh
case "$*" in
  --version) echo codex-cli 0.169.0 ;;
  *debug*)
    if grep -q lmdeploy "$CODEX_HOME/config.toml"; then echo $$ > "${bin}/thinking"; exec sleep 60; fi ;;
esac
`;
  await writeFile(join(bin, 'codex'), script, { mode: 0o755 });
  const thinking = () => readFile(join(bin, 'thinking'), 'utf8').catch(() => '');
  return { env: { PATH: `${bin}:/usr/bin:/bin` }, thinking };
}

const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe.each(['SIGINT', 'SIGTERM'] as const)('%s', (signal) => {
  test.each([
    ['a config', MINE],
    ['no config', null],
  ])('while Codex judges, with %s there before: exit 130, all as it was', async (_what, text) => {
    const { folder, home } = await homeWith(text);
    const { env, thinking } = await slowCodex();
    const before = await treeOf(folder);
    const { child, ended } = start(INIT, { home, env });
    await expect.poll(thinking).toMatch(/\d+\n/);
    // What Ctrl-C meets: the new file in its place.
    expect(await readFile(join(home, 'config.toml'), 'utf8')).toContain('[model_providers.lmdeploy]');
    child.kill(signal);
    expect(await ended).toMatchObject({
      code: 130,
      stdout: '',
      stderr: expect.stringContaining('Interrupted.'),
    });
    expect(await treeOf(folder)).toEqual(before);
    const codex = Number(await thinking());
    await expect.poll(() => isAlive(codex)).toBe(false);
  });

  test('while another one holds the home: exit 130, and its lock stays', async () => {
    const { folder, home } = await homeWith(MINE);
    await mkdir(join(home, 'codex-lmdeploy'));
    const holder = JSON.stringify({ pid: process.pid, host: hostname(), token: 't' });
    await writeFile(join(home, 'codex-lmdeploy/lock'), holder);
    const before = await treeOf(folder);
    for (const args of [
      [...INIT, '--no-verify'],
      ['remove', '--yes', '--no-verify'],
    ]) {
      const { child, ended, stderr } = start(args, { home });
      await expect.poll(stderr).toContain(`Waiting for another codex-lmdeploy (process ${process.pid})`);
      child.kill(signal);
      expect(await ended).toMatchObject({ code: 130, stderr: expect.stringContaining('Interrupted.') });
      expect(await treeOf(folder)).toEqual(before);
    }
  });
});

test('killed while Codex judges, which nobody can answer: the next run puts it right', async () => {
  const { home } = await homeWith(MINE);
  const { env, thinking } = await slowCodex();
  const { child, ended } = start(INIT, { home, env });
  await expect.poll(thinking).toMatch(/\d+\n/);
  child.kill('SIGKILL');
  await ended;
  expect(await readFile(join(home, 'config.toml'), 'utf8')).toContain('[model_providers.lmdeploy]');
  process.kill(Number(await thinking()), 'SIGKILL');
  const { code, stderr } = await start(['remove', '--yes', '--no-verify'], { home }).ended;
  expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('was interrupted') });
  expect(await readFile(join(home, 'config.toml'), 'utf8')).toBe(MINE);
  expect(await readdir(join(home, 'codex-lmdeploy'))).toEqual(['backup']);
});

describe('another program edits the file while Codex judges', () => {
  test('its words stay, and who asks is told that ours are still in it', async () => {
    const { home } = await homeWith(MINE);
    const config = join(home, 'config.toml');
    const { env, thinking } = await slowCodex();
    const { child, ended } = start(INIT, { home, env });
    await expect.poll(thinking).toMatch(/\d+\n/);
    await writeFile(config, `${await readFile(config, 'utf8')}\r\n[theirs]\r\nx = 1\r\n`);
    child.kill('SIGINT');
    const { code, stderr } = await ended;
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/config\.toml could not be put back/),
    });
    expect(await readFile(config, 'utf8')).toContain('[theirs]\r\nx = 1\r\n');
    expect(await start(['remove', '--yes', '--no-verify'], { home }).ended).toMatchObject({ code: 0 });
    expect(await readFile(config, 'utf8')).toBe(`${MINE}\r\n[theirs]\r\nx = 1\r\n`);
  });
});
