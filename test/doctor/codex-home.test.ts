import { mkdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findings, apply as follow, machine } from '../faults/machine.js';

/** A machine, and what `doctor` says of its home alone. */
async function homeAt(path: string) {
  const the = await machine({});
  const folder = join(the.folder, path);
  the.env['CODEX_HOME'] = folder;
  the.args = ['--only', 'codex.home', the.server.baseUrl];
  return { the, folder };
}

const rights = async (path: string) => (await stat(path)).mode & 0o777;

test.each(['gone', "deep/it's gone"])(
  'a home that is missing is made, for its owner alone: %s',
  async (path) => {
    const { the, folder } = await homeAt(path);
    const [found] = await findings(the);
    expect(found?.detail).toMatch(/named by CODEX_HOME, does not exist/);
    expect(found?.remedy).toContain(`   # then: codex-lmdeploy init ${the.server.baseUrl}`);
    await follow(found?.remedy ?? '', the);
    expect(await findings(the)).toEqual([]);
    expect(await rights(folder)).toBe(0o700);
  },
);

test('a link to a folder that is not there: that folder is made', async () => {
  const { the, folder } = await homeAt('link');
  await symlink('dotfiles/codex', folder);
  const [found] = await findings(the);
  expect(found?.detail).toMatch(/link, named by CODEX_HOME, is a symlink that leads nowhere/);
  await follow(found?.remedy ?? '', the);
  expect(await findings(the)).toEqual([]);
  expect(await rights(join(the.folder, 'dotfiles/codex'))).toBe(0o700);
});

test('a file in the place of ~/.codex, which nobody named', async () => {
  const { the } = await homeAt('unused');
  delete the.env['CODEX_HOME'];
  await writeFile(join(the.folder, 'user/.codex'), '');
  const [found] = await findings(the);
  expect(found).toMatchObject({ status: 'fail', detail: `${the.folder}/user/.codex is not a folder.` });
  await follow(found?.remedy ?? '', the);
  expect(await findings(the)).toEqual([]);
});

test('~/.codex in a temporary folder: no variable is to blame', async () => {
  const { the } = await homeAt('unused');
  delete the.env['CODEX_HOME'];
  await mkdir(join(the.folder, 'user/.codex'));
  the.temporaryFolder = the.folder;
  const [found] = await findings(the);
  expect(found).toMatchObject({ status: 'warn', remedy: expect.stringContaining('export CODEX_HOME=') });
  expect(found?.remedy).not.toContain('unset');
});

test('a config.toml that is a link to nothing is named before anything is asked', async () => {
  const { the } = await homeAt('home');
  the.args = ['--only', 'config'];
  await rm(join(the.folder, 'home/config.toml'));
  await symlink('/nowhere/config.toml', join(the.folder, 'home/config.toml'));
  expect(await findings(the)).toMatchObject([
    { id: 'config.syntax', detail: expect.stringContaining('leads nowhere (to /nowhere/config.toml)') },
  ]);
});
