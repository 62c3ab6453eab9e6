import { chmod, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { errorDocument, initDocument } from '../../src/documents.js';
import { readToml } from '../../src/toml/read.js';
import { cli, scratch } from '../cli.js';
import { all, catalogs, ENV, own, standIn } from './all-models.js';

const WINDOW = 131_072;
const profile = async (home: string, name: string) =>
  readToml(await readFile(join(home, `${name}.config.toml`), 'utf8'));

describe('names', () => {
  test.each(['first', 'First'])("the user's own profile %s is not touched", async (name) => {
    const server = await standIn({ models: ['x/first'] });
    const home = await scratch();
    await writeFile(join(home, `${name}.config.toml`), 'model = "mine"\n');
    const { report } = await all(home, server.baseUrl);
    expect(report.profiles).toMatchObject([{ profile: expect.stringMatching(/^first-[0-9a-f]{8}$/) }]);
    expect(await readFile(join(home, `${name}.config.toml`), 'utf8')).toBe('model = "mine"\n');
    const again = await all(home, server.baseUrl);
    expect(again.report).toMatchObject({ changed: false, profiles: report.profiles });
  });

  test('one that init wrote for another model is not touched', async () => {
    const server = await standIn({ models: ['q/Qwen', 'team/docs'] });
    const home = await scratch();
    const init = ['init', server.baseUrl, '--profile', 'docs', '--model', 'q/Qwen', '--yes'];
    expect(await cli(init, { home, env: ENV })).toMatchObject({ code: 0 });
    const before = await readFile(join(home, 'docs.config.toml'), 'utf8');
    const { report } = await all(home, server.baseUrl);
    expect(report.profiles?.map((one) => one.profile)).toEqual([
      'qwen',
      expect.stringMatching(/^docs-[0-9a-f]{8}$/),
    ]);
    expect(await readFile(join(home, 'docs.config.toml'), 'utf8')).toBe(before);
  });

  test('a profile keeps its name when another model would have the same', async () => {
    const home = await scratch();
    await all(home, (await standIn({ models: ['x/first'] })).baseUrl);
    const { report } = await all(home, (await standIn({ models: ['x/first', 'y/first'] })).baseUrl);
    expect(report.profiles?.map((one) => [one.profile, one.model])).toEqual([
      ['first', 'x/first'],
      [expect.stringMatching(/^first-[0-9a-f]{8}$/), 'y/first'],
    ]);
    // Nor does it go to that one when its own model is gone.
    const later = await all(home, (await standIn({ models: ['y/first'] })).baseUrl);
    expect(later.report.profiles).toMatchObject([{ profile: report.profiles?.[1]?.profile }]);
    expect(await profile(home, 'first')).toMatchObject({ model: 'x/first' });
  });
});

describe('a model that is gone', () => {
  async function withOneGone(...flags: string[]) {
    const home = await scratch();
    await all(home, (await standIn({ models: ['a/First', 'b/Second'] })).baseUrl);
    const before = await readFile(join(home, 'first.config.toml'), 'utf8');
    const left = await standIn({ models: ['b/Second'] });
    const { report } = await all(home, left.baseUrl, ...flags);
    expect(report.warnings).toMatchObject([
      { id: 'model.served', remedy: expect.stringMatching(/^codex-lmdeploy remove --profile first /) },
    ]);
    expect(await readFile(join(home, 'first.config.toml'), 'utf8')).toBe(before);
    return { home, left };
  }

  test('keeps its profile, which is named, and its entry in the catalog', async () => {
    const { home, left } = await withOneGone();
    expect(await catalogs(home)).toEqual({
      'all-models.catalog.json': [
        ['b/Second', WINDOW],
        ['a/First', WINDOW],
      ],
    });
    expect((await all(home, left.baseUrl)).report).toMatchObject({ changed: false });
  });

  test('and does so when the others go without a catalog', async () => {
    const { home } = await withOneGone('--no-catalog');
    expect(await profile(home, 'second')).not.toHaveProperty('model_catalog_json');
    expect(await catalogs(home)).toEqual({ 'all-models.catalog.json': [['a/First', WINDOW]] });
  });
});

test('without an address it goes on with the servers of the run before', async () => {
  const [one, two] = [await standIn({ models: ['a/First'] }), await standIn({ models: ['b/Second'] })];
  const home = await scratch();
  const { report } = await all(home, '--server', one.baseUrl, '--server', two.baseUrl);
  expect((await all(home)).report).toMatchObject({ changed: false, profiles: report.profiles });
});

test('profiles of two providers share the catalog, and each goes on its own', async () => {
  const [one, two] = [await standIn({ models: ['a/First'] }), await standIn({ models: ['b/Second'] })];
  const home = await scratch();
  await all(home, one.baseUrl);
  await all(home, two.baseUrl, '--provider-id', 'other');
  const both = [['b/Second', WINDOW] as const, ['a/First', WINDOW] as const];
  expect(await catalogs(home)).toEqual({ 'all-models.catalog.json': both });
  const remove = ['remove', '--profile', 'second', '--provider-id', 'other', '--yes'];
  expect(await cli(remove, { home, env: ENV })).toMatchObject({ code: 0 });
  expect(await catalogs(home)).toEqual({ 'all-models.catalog.json': [['a/First', WINDOW]] });
});

test('a profile goes to a catalog of its own by init --profile, and back', async () => {
  const server = await standIn({ models: ['a/First', 'b/Second'] });
  const home = await scratch();
  await all(home, server.baseUrl);
  const before = await own(home);
  const init = ['init', '--profile', 'first', '--yes', '--json'];
  const alone = initDocument.parse(JSON.parse((await cli(init, { home, env: ENV })).stdout));
  expect(alone).toMatchObject({ changed: true, warnings: [] });
  expect(Object.keys(await catalogs(home))).toEqual(['all-models.catalog.json', 'first.catalog.json']);
  expect(await profile(home, 'first')).toMatchObject({
    model_catalog_json: 'codex-lmdeploy/first.catalog.json',
  });
  await all(home, server.baseUrl);
  const after = await own(home);
  for (const path of Object.keys(before).filter((name) => name.endsWith('.catalog.json')))
    expect(after[path]).toBe(before[path]);
  expect(Object.keys(await catalogs(home))).toEqual(['all-models.catalog.json']);
  expect(await profile(home, 'first')).toMatchObject({
    model_catalog_json: 'codex-lmdeploy/all-models.catalog.json',
  });
});

test('remove --profile takes one; the catalog goes with the last of them', async () => {
  const server = await standIn({ models: ['a/First', 'b/Second'] });
  const home = await scratch();
  const before = await own(home);
  await all(home, server.baseUrl);
  const remove = (name: string) => cli(['remove', '--profile', name, '--yes'], { home, env: ENV });
  expect(await remove('first')).toMatchObject({ code: 0 });
  expect(await readdir(home)).not.toContain('first.config.toml');
  expect(Object.keys(await catalogs(home))).toEqual(['all-models.catalog.json']);
  expect(await remove('second')).toMatchObject({ code: 0 });
  expect(await own(home)).toEqual(before);
});

describe('all files or none', () => {
  async function withSecond() {
    const home = await scratch();
    await all(home, (await standIn({ models: ['b/Second'] })).baseUrl);
    return { home, server: await standIn({ models: ['a/First', 'b/Second', 'c/Third'] }) };
  }

  test.each([
    ['is no TOML', 'config-syntax', (path: string) => writeFile(path, 'this is no TOML\n')],
    ['is a folder', 'config-unreadable', (path: string) => mkdir(path)],
    ['is a link to nowhere', 'config-unreadable', (path: string) => symlink('/nowhere/at/all', path)],
  ])('one file %s', async (_what, code, spoil) => {
    const { home, server } = await withSecond();
    const second = join(home, 'second.config.toml');
    await rm(second);
    await spoil(second);
    const before = await own(home);
    const ran = await cli(['init', server.baseUrl, '--all-models', '--yes', '--json'], { home, env: ENV });
    expect(ran.code).toBe(2);
    expect(errorDocument.parse(JSON.parse(ran.stdout)).error.code).toBe(code);
    expect(await own(home)).toEqual(before);
  });

  test('Codex refuses one of them when all are written: every file is as it was', async () => {
    const { home, server } = await withSecond();
    const bin = await scratch();
    // What a newer Codex might do: it takes every profile but one.
    const codex = `#!/bin/sh
[ "$1" = --version ] && { echo 'codex-cli 9.9.9'; exit 0; }
case "$*" in *third*) [ -e "$CODEX_HOME/third.config.toml" ] || exit 0 ;; *) exit 0 ;; esac
echo "Error: $CODEX_HOME/third.config.toml:3:2: we changed our mind" >&2
exit 1
`;
    await writeFile(join(bin, 'codex'), codex);
    await chmod(join(bin, 'codex'), 0o755);
    const before = await own(home);
    const env = { ...ENV, PATH: `${bin}:/usr/bin:/bin` };
    const ran = await cli(['init', server.baseUrl, '--all-models', '--yes'], { home, env });
    expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining('we changed our mind') });
    expect(await own(home)).toEqual(before);
  });
});
