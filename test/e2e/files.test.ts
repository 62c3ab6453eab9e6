import { execFileSync } from 'node:child_process';
import {
  chmod,
  chown,
  link,
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
import { describe, expect, test } from 'vitest';
import { scratch } from '../cli.js';
import { expectTidy } from '../kill/homes.js';
import { program } from '../program.js';
import { treeOf } from '../tree.js';

const MINE = '\uFEFF# mine, Größe\r\nmodel = "gpt-5" # cheap\r\n';
const INIT = ['init', '--offline', '--model', 'm', '--yes', '--no-verify'];
const REMOVE = ['remove', '--yes', '--no-verify'];
const NOBODY = 65534;
const isRoot = process.getuid?.() === 0;

/** A home and its config, in a folder that everybody may enter. */
async function homeWith(text: string | null, name = 'home') {
  const folder = await scratch();
  await chmod(folder, 0o755);
  const home = join(folder, name);
  const config = join(home, 'config.toml');
  await mkdir(home);
  if (text !== null) await writeFile(config, text, { mode: 0o640 });
  return { folder, home, config };
}

/** One sentence that names the thing, one line with the next step, and no trace of ours. */
async function expectRefusal(
  folder: string,
  home: string,
  words: RegExp,
  { args = INIT, asNobody = false } = {},
) {
  const before = await treeOf(folder);
  const { code, stdout, stderr } = await program(args, { home, asNobody });
  expect(stderr).toMatch(words);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr.slice(stderr.indexOf('error:'))).toMatch(/^error: [^\n]+\.\n {2}→ [^\n]+\n$/);
  expect(await treeOf(folder)).toEqual(before);
}

describe('init is refused, and everything is as it was', () => {
  test.each<[string, RegExp, (at: { folder: string; home: string; config: string }) => Promise<unknown>]>([
    [
      'a folder in the place of config.toml',
      /config\.toml is not a regular file/,
      ({ config }) => mkdir(config),
    ],
    [
      'a pipe in the place of config.toml',
      /config\.toml is not a regular file/,
      async ({ config }) => execFileSync('mkfifo', [config]),
    ],
    [
      'a symlink that leads nowhere',
      /config\.toml is a symlink that leads nowhere/,
      ({ config, folder }) => symlink(join(folder, 'gone'), config),
    ],
    [
      'a symlink to itself',
      /config\.toml can't be read \(ELOOP\)/,
      ({ config }) => symlink('config.toml', config),
    ],
    [
      'a symlink to a folder',
      /config\.toml is not a regular file/,
      async ({ config, folder }) => symlink(folder, config),
    ],
    [
      'a file in the place of our own folder',
      /codex-lmdeploy/,
      ({ home }) => writeFile(join(home, 'codex-lmdeploy'), 'x'),
    ],
    [
      'a symlink that leads nowhere in the place of our own folder',
      /codex-lmdeploy/,
      ({ home }) => symlink('/nowhere/at/all', join(home, 'codex-lmdeploy')),
    ],
    [
      'a folder in the place of the journal',
      /journal\.json/,
      ({ home }) => mkdir(join(home, 'codex-lmdeploy/journal.json'), { recursive: true }),
    ],
  ])('%s', async (_what, words, prepare) => {
    const at = await homeWith(null);
    await prepare(at);
    await expectRefusal(at.folder, at.home, words);
  });

  test('a file in the place of the home', async () => {
    const folder = await scratch();
    await writeFile(join(folder, 'home'), 'x');
    await expectRefusal(folder, join(folder, 'home'), /home/);
  });
});

describe('without the rights', () => {
  /** As root all of it belongs to nobody, for root is refused nothing. */
  async function owned(paths: readonly string[]) {
    if (isRoot) for (const path of paths) await chown(path, NOBODY, NOBODY);
  }

  test('a folder that may not be written', async () => {
    const { folder, home, config } = await homeWith(MINE);
    await owned([home, config]);
    await chmod(home, 0o555);
    await expectRefusal(folder, home, /home\/codex-lmdeploy can't be written \(EACCES\)/, { asNobody: true });
  });

  test('a folder that may not be written, but ours in it', async () => {
    const { folder, home, config } = await homeWith(MINE);
    await mkdir(join(home, 'codex-lmdeploy/backup'), { recursive: true });
    await writeFile(join(home, 'codex-lmdeploy/backup/x'), 'x');
    await owned([home, config, join(home, 'codex-lmdeploy'), join(home, 'codex-lmdeploy/backup')]);
    await chmod(home, 0o555);
    await expectRefusal(folder, home, /config\.toml can't be written \(EACCES\)/, { asNobody: true });
  });

  test('a home that may not even be entered', async () => {
    const { folder, home, config } = await homeWith(MINE);
    await owned([config]);
    await chmod(home, isRoot ? 0o700 : 0o000);
    const { code, stderr } = await program(INIT, { home, asNobody: true });
    await chmod(home, 0o700);
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining(home) });
    expect(stderr).not.toContain('mv ');
    expect(await readdir(folder)).toEqual(['home']);
    expect(await readFile(config, 'utf8')).toBe(MINE);
  });

  test('a file that may not be written', async () => {
    const { folder, home, config } = await homeWith(MINE);
    await owned([home, config]);
    await chmod(config, 0o444);
    await expectRefusal(folder, home, /config\.toml is read-only/, { asNobody: true });
  });

  test.skipIf(!isRoot)('a file of somebody else’s (only root can make one)', async () => {
    const { folder, home, config } = await homeWith(MINE);
    await owned([home]);
    await chmod(config, 0o644);
    await expectRefusal(folder, home, /config\.toml is read-only/, { asNobody: true });
  });

  test.skipIf(!isRoot)('root leaves a user’s files to that user (only root can try)', async () => {
    const { home, config } = await homeWith(MINE);
    await owned([home, config]);
    for (const args of [INIT, [...INIT, '--profile']]) await expectDone(args, home);
    for (const text of Object.values(await treeOf(home))) expect(text).toContain(`${NOBODY}:${NOBODY}`);
    expect(await program([...REMOVE, '--all'], { home, asNobody: true })).toMatchObject({ code: 0 });
    expect(await readFile(config, 'utf8')).toBe(MINE);
  });
});

async function expectDone(args: readonly string[], home: string): Promise<void> {
  const { code, stderr } = await program(args, { home });
  expect(code, stderr).toBe(0);
  await expectTidy(home);
}

describe('init and remove do their work, and the old bytes come back', () => {
  test('in a home that is missing: made for its owner only, and emptied again', async () => {
    const { folder } = await homeWith(null);
    const home = join(folder, 'a/b');
    await expectDone(INIT, home);
    expect((await stat(home)).mode & 0o777).toBe(0o700);
    expect((await stat(join(home, 'config.toml'))).mode & 0o777).toBe(0o600);
    await expectDone(REMOVE, home);
    expect(await readdir(home)).toEqual([]);
  });

  test('through a symlink, relative and chained', async () => {
    const { folder, home, config } = await homeWith(null);
    await mkdir(join(folder, 'dotfiles'));
    await writeFile(join(folder, 'dotfiles/codex.toml'), MINE, { mode: 0o644 });
    await symlink('dotfiles/codex.toml', join(folder, 'link'));
    await symlink('../link', config);
    await expectDone(INIT, home);
    expect(await readFile(join(folder, 'dotfiles/codex.toml'), 'utf8')).toContain(
      '[model_providers.lmdeploy]',
    );
    await expectDone(REMOVE, home);
    expect([await readlink(config), await readlink(join(folder, 'link'))]).toEqual([
      '../link',
      'dotfiles/codex.toml',
    ]);
    expect(await readFile(config, 'utf8')).toBe(MINE);
    expect((await stat(config)).mode & 0o777).toBe(0o644);
    expect(await readdir(join(folder, 'dotfiles'))).toEqual(['codex.toml']);
  });

  test('a home that is itself a symlink', async () => {
    const { folder, home, config } = await homeWith(MINE);
    await symlink('home', join(folder, 'link'));
    await expectDone(INIT, join(folder, 'link'));
    await expectDone(REMOVE, home);
    expect((await lstat(join(folder, 'link'))).isSymbolicLink()).toBe(true);
    expect(await readFile(config, 'utf8')).toBe(MINE);
  });

  test('a file of 5 MB', async () => {
    const line = '# a comment that somebody left here, with some words in it\n';
    const text = `model = "gpt-5"\n${line.repeat(Math.ceil((5 * 1024 * 1024) / line.length))}`;
    const { home, config } = await homeWith(text);
    await expectDone(INIT, home);
    const written = await readFile(config, 'utf8');
    expect(written.length - text.length).toBeGreaterThan(100);
    expect(written.length - text.length).toBeLessThan(400);
    await expectDone(REMOVE, home);
    expect((await readFile(config, 'utf8')) === text).toBe(true);
  });

  test.each([
    ['blanks and "quotes" and it’s \'both\''],
    ['Größe 模型 🚀'],
    ['$(touch x) `y` ; & \\n'],
    ['-rf'],
  ])('in a home named %s', async (name) => {
    const { folder, home, config } = await homeWith(MINE, name);
    await expectDone(INIT, home);
    await expectDone(REMOVE, home);
    expect(await readFile(config, 'utf8')).toBe(MINE);
    expect(await readdir(folder)).toEqual([name]);
  });

  test('a file with two names: the new text is under ours only, the other one keeps the old', async () => {
    const { folder, home, config } = await homeWith(MINE);
    await link(config, join(folder, 'other-name'));
    await expectDone(INIT, home);
    expect(await readFile(join(folder, 'other-name'), 'utf8')).toBe(MINE);
    await expectDone(REMOVE, home);
    expect(await readFile(config, 'utf8')).toBe(MINE);
  });

  test('a file that is empty, and one without a last line end', async () => {
    for (const text of ['', '# mine']) {
      const { home, config } = await homeWith(text);
      await expectDone(INIT, home);
      await expectDone(REMOVE, home);
      expect(await readFile(config, 'utf8')).toBe(text);
      expect((await stat(config)).mode & 0o777).toBe(0o640);
    }
  });
});
