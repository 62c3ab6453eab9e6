import { renameSync, writeFileSync } from 'node:fs';
import {
  chmod,
  cp,
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { apply, type FileChange } from '../../src/codex/apply.js';
import { backupFolder } from '../../src/codex/backup.js';
import { type CodexHome, codexHome } from '../../src/codex/home.js';
import { EMPTY_JOURNAL, readJournal, writeJournal } from '../../src/codex/journal.js';
import { interruptedRun, recover } from '../../src/codex/recover.js';
import { context, scratch } from '../cli.js';

const OLD = '\uFEFFmodel = "a"\r\n# Größe\r\n';

const homeAt = (path: string): CodexHome => codexHome(context({ home: path }).context, { codexHome: path });

async function homeWith(text: string | null): Promise<CodexHome> {
  const home = homeAt(await scratch());
  await mkdir(home.ownFolder, { mode: 0o700 });
  if (text !== null) await writeFile(home.configPath, text);
  return home;
}

const changeOf = (home: CodexHome, before: string | null, after: string | null): FileChange => ({
  path: home.configPath,
  before,
  after,
  record: null,
});

const fine = async (): Promise<void> => undefined;

async function change(home: CodexHome, before: string | null, after: string | null, verify = fine) {
  const [applied] = await apply(home, EMPTY_JOURNAL, [changeOf(home, before, after)], {
    now: new Date(),
    verify,
  });
  return applied?.backup ?? null;
}

const refuse = async () => {
  throw new Error('Codex says no');
};

test('the file is replaced, the old bytes are in the backup, nothing else is left behind', async () => {
  const home = await homeWith(OLD);
  await chmod(home.configPath, 0o640);
  const backup = await change(home, OLD, 'new');
  expect(await readFile(home.configPath, 'utf8')).toBe('new');
  expect((await stat(home.configPath)).mode & 0o777).toBe(0o640);
  expect(await readFile(backup ?? '')).toEqual(Buffer.from(OLD));
  expect((await stat(backup ?? '')).mode & 0o777).toBe(0o600);
  expect((await stat(backupFolder(home))).mode & 0o777).toBe(0o700);
  expect((await readdir(home.path)).sort()).toEqual(['codex-lmdeploy', 'config.toml']);
  expect(await readdir(home.ownFolder)).toEqual(['backup']);
});

test('a file that was not there is only for its owner', async () => {
  const home = await homeWith(null);
  expect(await change(home, null, 'new')).toBeNull();
  expect((await stat(home.configPath)).mode & 0o777).toBe(0o600);
});

test('a file can go, and what is behind a link becomes empty', async () => {
  const home = await homeWith(OLD);
  expect(await readFile((await change(home, OLD, null)) ?? '', 'utf8')).toBe(OLD);
  expect(await readdir(home.path)).toEqual(['codex-lmdeploy']);
  const dotfiles = await scratch();
  await writeFile(join(dotfiles, 'codex.toml'), OLD);
  await symlink(join(dotfiles, 'codex.toml'), home.configPath);
  await change(home, OLD, null);
  expect(await readFile(join(dotfiles, 'codex.toml'), 'utf8')).toBe('');
});

test.each([
  ['replaced', OLD, 'new'],
  ['new', null, 'new'],
  ['deleted', OLD, null],
])('when the verdict is no, a %s file is as before, mode and all', async (_what, before, after) => {
  const home = await homeWith(before);
  if (before !== null) await chmod(home.configPath, 0o640);
  await expect(change(home, before, after, refuse)).rejects.toThrow('Codex says no');
  expect(await readFile(home.configPath, 'utf8').catch(() => null)).toBe(before);
  if (before !== null) expect((await stat(home.configPath)).mode & 0o777).toBe(0o640);
  expect(await readdir(home.path)).toHaveLength(before === null ? 1 : 2);
  expect(await readJournal(home)).toEqual(EMPTY_JOURNAL);
});

test('of several files all are written or none', async () => {
  const home = await homeWith(OLD);
  const other = join(home.path, 'other.config.toml');
  await mkdir(join(home.path, 'in-the-way'));
  const changes = [
    changeOf(home, OLD, 'new'),
    { path: other, before: null, after: 'other', record: null },
    { path: join(home.path, 'in-the-way'), before: null, after: 'x', record: null },
  ];
  const options = { now: new Date(), verify: fine };
  await expect(apply(home, EMPTY_JOURNAL, changes, options)).rejects.toMatchObject({
    code: 'config-unwritable',
  });
  await expect(
    apply(home, EMPTY_JOURNAL, changes.slice(0, 2), { ...options, verify: refuse }),
  ).rejects.toThrow('Codex says no');
  expect(await readFile(home.configPath, 'utf8')).toBe(OLD);
  expect((await readdir(home.path)).sort()).toEqual(['codex-lmdeploy', 'config.toml', 'in-the-way']);
  await apply(home, EMPTY_JOURNAL, changes.slice(0, 2), options);
  expect([await readFile(home.configPath, 'utf8'), await readFile(other, 'utf8')]).toEqual(['new', 'other']);
});

test('a symlink stays one, however long its way', async () => {
  const dotfiles = await scratch();
  const home = await homeWith(null);
  await writeFile(join(dotfiles, 'codex.toml'), OLD);
  await symlink('codex.toml', join(dotfiles, 'link.toml'));
  await symlink(join(dotfiles, 'link.toml'), home.configPath);
  await change(home, OLD, 'new');
  expect((await lstat(home.configPath)).isSymbolicLink()).toBe(true);
  expect(await readlink(home.configPath)).toBe(join(dotfiles, 'link.toml'));
  expect(await readFile(join(dotfiles, 'codex.toml'), 'utf8')).toBe('new');
  expect(await readdir(dotfiles)).toHaveLength(2);
});

test.each([
  ['leads nowhere', 'gone.toml'],
  ['leads to itself', 'config.toml'],
])('a symlink that %s is an error, and stays', async (_what, to) => {
  const home = await homeWith(null);
  await symlink(to, home.configPath);
  await expect(change(home, null, 'new')).rejects.toMatchObject({ code: 'config-unwritable' });
  expect((await lstat(home.configPath)).isSymbolicLink()).toBe(true);
});

test('what another program wrote in the meantime is not overwritten', async () => {
  const home = await homeWith(OLD);
  await writeFile(home.configPath, 'theirs');
  await expect(change(home, OLD, 'new')).rejects.toMatchObject({ code: 'config-changed' });
  await expect(change(home, null, 'new')).rejects.toMatchObject({ code: 'config-changed' });
  expect(await readFile(home.configPath, 'utf8')).toBe('theirs');
});

test.each([
  ['by a rename', true],
  ['in place', false],
])(
  'what another program writes %s when all is ready for the rename is not overwritten',
  async (_how, renames) => {
    const home = await homeWith(OLD);
    const large = join(home.path, 'large.config.toml');
    const changes = [
      changeOf(home, OLD, 'new'),
      // So large that there is time for another program while it is written.
      { path: large, before: null, after: '#'.repeat(20_000_000), record: null },
    ];
    const applying = apply(home, EMPTY_JOURNAL, changes, { now: new Date(), verify: fine });
    const outcome = applying.catch((error) => error);
    while (!(await readdir(home.path)).some((name) => name.startsWith('.large'))) await pause(0);
    const theirs = renames ? join(home.path, 'theirs') : home.configPath;
    writeFileSync(theirs, 'theirs');
    if (renames) renameSync(theirs, home.configPath);
    expect(await outcome).toMatchObject({ code: 'config-changed' });
    expect(await readFile(home.configPath, 'utf8')).toBe('theirs');
    expect((await readdir(home.path)).sort()).toEqual(['codex-lmdeploy', 'config.toml']);
  },
);

test('what another program writes while Codex is asked is not overwritten by the old text', async () => {
  const home = await homeWith(OLD);
  const refuseAfterThem = async () => {
    await writeFile(home.configPath, 'theirs');
    await refuse();
  };
  await expect(change(home, OLD, 'new', refuseAfterThem)).rejects.toMatchObject({
    code: 'config-unwritable',
  });
  expect(await readFile(home.configPath, 'utf8')).toBe('theirs');
  expect((await readdir(home.path)).sort()).toEqual(['codex-lmdeploy', 'config.toml']);
});

test('the last ten backups of a file are kept', async () => {
  const home = await homeWith('0');
  const backups: (string | null)[] = [];
  for (let n = 0; n < 12; n += 1) backups.push(await change(home, String(n), String(n + 1)));
  const kept = (await readdir(backupFolder(home))).map((name) => join(backupFolder(home), name));
  expect(kept.sort()).toEqual(backups.slice(2).sort());
});

describe('a run that was interrupted', () => {
  /** The home as a process leaves it that is killed while Codex is asked: all written, nothing tidied up. */
  async function killed(before: string | null, after: string | null): Promise<CodexHome> {
    const home = await homeWith(before);
    if (before !== null) await chmod(home.configPath, 0o640);
    const copy = await scratch();
    const verify = () => cp(home.path, copy, { recursive: true });
    await change(home, before, after, verify);
    return homeAt(copy);
  }

  test.each([
    ['replaced', OLD, 'new'],
    ['made', null, 'new'],
    ['deleted', OLD, null],
  ])('a file that it had %s is as before, and nothing else is left', async (_what, before, after) => {
    const home = await killed(before, after);
    expect(await readFile(home.configPath, 'utf8').catch(() => null)).toBe(after);
    const journal = await readJournal(home);
    const found = await interruptedRun(home, journal);
    if (found === null) throw new Error('nothing was found');
    expect([...found.undone]).toEqual([[home.configPath, before]]);
    await recover(home, journal, found);
    expect(await readFile(home.configPath, 'utf8').catch(() => null)).toBe(before);
    if (before !== null) expect((await stat(home.configPath)).mode & 0o777).toBe(0o640);
    expect(await readdir(home.path)).toHaveLength(before === null ? 1 : 2);
    expect(await readJournal(home)).toEqual(EMPTY_JOURNAL);
  });

  test('what the user has edited since stays', async () => {
    const home = await killed(OLD, 'new');
    await writeFile(home.configPath, 'theirs');
    const journal = await readJournal(home);
    const found = await interruptedRun(home, journal);
    expect(found).toMatchObject({ edited: [home.configPath], undone: new Map() });
    if (found !== null) await recover(home, journal, found);
    expect(await readFile(home.configPath, 'utf8')).toBe('theirs');
    expect((await readdir(home.path)).sort()).toEqual(['codex-lmdeploy', 'config.toml']);
  });
});

test('a journal that nobody can read is an error that names it', async () => {
  const home = await homeWith(null);
  for (const text of ['{', '{"schema":2}', '[]']) {
    await writeFile(join(home.ownFolder, 'journal.json'), text);
    await expect(readJournal(home)).rejects.toMatchObject({ code: 'journal-unreadable' });
  }
  await writeJournal(home, EMPTY_JOURNAL);
  expect(await readdir(home.ownFolder)).toEqual([]);
});
