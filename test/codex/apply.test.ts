import { chmod, lstat, mkdir, readdir, readFile, readlink, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { apply } from '../../src/codex/apply.js';
import type { CodexHome } from '../../src/codex/home.js';
import { scratch } from '../cli.js';

const OLD = '\uFEFFmodel = "a"\r\n# Größe\r\n';

function homeAt(path: string): CodexHome {
  const ownFolder = join(path, 'codex-lmdeploy');
  return { path, namedBy: '--codex-home', configPath: join(path, 'config.toml'), ownFolder };
}

async function homeWith(text: string): Promise<CodexHome> {
  const home = homeAt(await scratch());
  await writeFile(home.configPath, text);
  return home;
}

const change = (home: CodexHome, before: string | null, after: string) =>
  apply(home, { path: home.configPath, action: 'update', before, after }, new Date());

test('the file is replaced, the old bytes are in the backup, nothing else is left behind', async () => {
  const home = await homeWith(OLD);
  await chmod(home.configPath, 0o640);
  const { backup, restore } = await change(home, OLD, 'new');
  expect(await readFile(home.configPath, 'utf8')).toBe('new');
  expect((await stat(home.configPath)).mode & 0o777).toBe(0o640);
  expect(await readFile(backup ?? '')).toEqual(Buffer.from(OLD));
  expect((await stat(backup ?? '')).mode & 0o777).toBe(0o600);
  expect((await stat(home.ownFolder)).mode & 0o777).toBe(0o700);
  expect((await readdir(home.path)).sort()).toEqual(['codex-lmdeploy', 'config.toml']);
  await restore();
  expect(await readFile(home.configPath)).toEqual(Buffer.from(OLD));
});

test('a file that was not there is only for its owner, and restore takes it away', async () => {
  const home = homeAt(join(await scratch(), 'new', 'home'));
  const { backup, restore } = await change(home, null, 'new');
  expect(backup).toBeNull();
  expect((await stat(home.path)).mode & 0o777).toBe(0o700);
  expect((await stat(home.configPath)).mode & 0o777).toBe(0o600);
  await restore();
  expect(await readdir(home.path)).toEqual([]);
});

test('a symlink stays one, however long its way', async () => {
  const dotfiles = await scratch();
  const home = homeAt(await scratch());
  await writeFile(join(dotfiles, 'codex.toml'), OLD);
  await symlink('codex.toml', join(dotfiles, 'link.toml'));
  await symlink(join(dotfiles, 'link.toml'), home.configPath);
  await change(home, OLD, 'new');
  expect((await lstat(home.configPath)).isSymbolicLink()).toBe(true);
  expect(await readlink(home.configPath)).toBe(join(dotfiles, 'link.toml'));
  expect(await readFile(join(dotfiles, 'codex.toml'), 'utf8')).toBe('new');
  expect(await readdir(dotfiles)).toHaveLength(2);
});

test('a symlink that leads nowhere is an error, and stays', async () => {
  const home = homeAt(await scratch());
  await symlink('gone.toml', home.configPath);
  await expect(change(home, null, 'new')).rejects.toMatchObject({ code: 'config-unwritable' });
  expect(await readdir(home.path)).toEqual(['config.toml']);
});

test('what another program wrote in the meantime is not overwritten', async () => {
  const home = await homeWith(OLD);
  await writeFile(home.configPath, 'theirs');
  await expect(change(home, OLD, 'new')).rejects.toMatchObject({ code: 'config-changed' });
  await expect(change(home, null, 'new')).rejects.toMatchObject({ code: 'config-changed' });
  expect(await readFile(home.configPath, 'utf8')).toBe('theirs');
});

test('a folder in the place of the file or of the home is an error', async () => {
  const home = homeAt(await scratch());
  await mkdir(home.configPath);
  await expect(change(home, null, 'new')).rejects.toMatchObject({ code: expect.stringMatching(/^config-/) });
  const file = join(await scratch(), 'file');
  await writeFile(file, '');
  await expect(change(homeAt(file), null, 'new')).rejects.toMatchObject({ code: 'config-unwritable' });
});

test('the last ten backups are kept', async () => {
  const home = await homeWith('0');
  const backups: (string | null)[] = [];
  for (let n = 0; n < 12; n += 1) backups.push((await change(home, String(n), String(n + 1))).backup);
  const kept = (await readdir(join(home.ownFolder, 'backup'))).map((name) =>
    join(home.ownFolder, 'backup', name),
  );
  expect(kept.sort()).toEqual(backups.slice(2).sort());
});
