import { spawnSync } from 'node:child_process';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { apply } from '../../src/codex/apply.js';
import { hasLeftovers, holdHome } from '../../src/codex/hold.js';
import { codexHome } from '../../src/codex/home.js';
import { EMPTY_JOURNAL, readJournal, writeJournal } from '../../src/codex/journal.js';
import { cli, context, scratch } from '../cli.js';
import { expectTidy } from '../kill/homes.js';

const deadLock = () => {
  const { pid } = spawnSync(process.execPath, ['-e', '0']);
  return JSON.stringify({ pid, host: hostname(), token: 't' });
};

async function emptyHome(name = '') {
  const path = join(await scratch(), name);
  const its = context({ home: path }).context;
  const home = codexHome(its, { codexHome: path });
  const hold = <T>(work: () => Promise<T>) => holdHome(its, home, () => undefined, work);
  return { home, hold };
}

test.each([
  ['a lock', 'lock'],
  ['the lock of who broke a lock', 'lock.break'],
  ['an unfinished journal', '.journal.json.0123456789ab.tmp'],
  ['an unfinished backup', 'backup/.x.0123456789ab.tmp'],
  ['empty folders', 'backup'],
])(
  '%s that a killed run left goes with the next one, even if that has nothing to write',
  async (_what, name) => {
    const { home } = await emptyHome();
    await mkdir(join(home.ownFolder, 'backup'), { recursive: true });
    if (name !== 'backup') await writeFile(join(home.ownFolder, name), deadLock());
    expect(await hasLeftovers(home)).toBe(true);
    expect(await cli(['remove', '--yes', '--no-verify'], { home: home.path })).toMatchObject({ code: 0 });
    expect(await readdir(home.path)).toEqual([]);
  },
);

test('a home that is missing goes again when nothing came of it', async () => {
  const { home, hold } = await emptyHome('a/b');
  await expect(
    hold(async () => {
      expect((await stat(home.path)).mode & 0o777).toBe(0o700);
      throw new Error('no');
    }),
  ).rejects.toThrow('no');
  await expect(stat(home.path)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('a run that comes to nothing leaves no backup and costs none', async () => {
  const { home, hold } = await emptyHome();
  await mkdir(join(home.ownFolder, 'backup'), { recursive: true });
  const older = Array.from({ length: 10 }, (_, n) => `config.toml.2020-01-0${n}`);
  for (const name of older) await writeFile(join(home.ownFolder, 'backup', name), 'x');
  await writeFile(home.configPath, 'old');
  const changes = [{ path: home.configPath, before: 'old', after: 'new', record: null }];
  const refuse = async () => {
    throw new Error('Codex says no');
  };
  await expect(
    hold(() => apply(home, EMPTY_JOURNAL, changes, { now: new Date(), verify: refuse })),
  ).rejects.toThrow('Codex says no');
  expect((await readdir(join(home.ownFolder, 'backup'))).sort()).toEqual(older);
  expect(await readFile(home.configPath, 'utf8')).toBe('old');
});

test('what the user has made of a file since a kill stays, be it no UTF-8', async () => {
  const { home } = await emptyHome();
  const theirs = Buffer.from([0x23, 0xff, 0xfe, 0x0a]);
  await mkdir(home.ownFolder);
  const file = { name: 'config.toml', before: 'a = 1\n', after: 'a = 2\n', rights: { mode: 0o600 } };
  const pending = {
    startedAt: '2026-11-23T10:00:00.000Z',
    files: [{ ...file, fresh: null, spare: null }],
    records: {},
  };
  await writeJournal(home, { ...EMPTY_JOURNAL, pending });
  await writeFile(home.configPath, theirs);
  const { code, stderr } = await cli(['remove', '--yes', '--no-verify'], { home: home.path });
  expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('was edited since') });
  expect(await readFile(home.configPath)).toEqual(theirs);
  expect(await readJournal(home)).toEqual(EMPTY_JOURNAL);
  await expectTidy(home.path);
});

test('remove names the place where the file is no UTF-8 any more', async () => {
  const { home } = await emptyHome();
  const how = ['--yes', '--no-verify'];
  expect(await cli(['init', '--offline', '--model', 'm', ...how], { home: home.path })).toMatchObject({
    code: 0,
  });
  await writeFile(home.configPath, Buffer.from([0x23, 0xff, 0x0a]));
  const { code, stderr } = await cli(['remove', ...how], { home: home.path });
  expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('config.toml:1:2') });
});
