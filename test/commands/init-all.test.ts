import { execFile } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { removeDocument } from '../../src/documents.js';
import { readToml } from '../../src/toml/read.js';
import { cli, scratch } from '../cli.js';
import { hasScript, onTerminal } from '../terminal.js';
import { all, catalogs, ENV, own, standIn } from './all-models.js';

const MODELS = ['Qwen/Qwen3.5-35B-A3B', 'sql-lora', 'team/SQL-LoRA'];

test('a profile for each model, one catalog, and remove --all takes them back, byte for byte', async () => {
  const server = await standIn({ models: MODELS });
  const home = await scratch();
  await writeFile(join(home, 'config.toml'), '# mine\nmodel = "gpt-5"\n');
  const before = await own(home);
  const { report } = await all(home, server.baseUrl);
  expect(report).toMatchObject({ changed: true, model: null, profile: null, warnings: [] });
  const names = report.profiles?.map(({ profile, model }) => [profile, model]);
  expect(names).toEqual([
    ['qwen3-5-35b-a3b', MODELS[0]],
    [expect.stringMatching(/^sql-lora-[0-9a-f]{8}$/), MODELS[1]],
    [expect.stringMatching(/^sql-lora-[0-9a-f]{8}$/), MODELS[2]],
  ]);
  const profiles = (names ?? []).map(([profile]) => String(profile));
  expect(report.next.slice(-3)).toEqual(profiles.map((one) => `codex --profile ${one}`));
  for (const [index, profile] of profiles.entries())
    expect(readToml(await readFile(join(home, `${profile}.config.toml`), 'utf8'))).toMatchObject({
      model: MODELS[index],
      model_provider: 'lmdeploy',
      model_catalog_json: 'codex-lmdeploy/all-models.catalog.json',
      model_providers: { lmdeploy: { base_url: server.baseUrl } },
    });
  expect(await catalogs(home)).toEqual({
    'all-models.catalog.json': MODELS.map((model) => [model, 131_072]),
  });
  expect(await readFile(join(home, 'config.toml'), 'utf8')).toBe('# mine\nmodel = "gpt-5"\n');

  const again = await all(home, server.baseUrl);
  expect(again.report).toMatchObject({ changed: false, profiles: report.profiles });
  expect(again.report.files.map(({ action }) => action)).toEqual(Array(4).fill('unchanged'));

  // The real Codex takes a turn with each, and the model that it asks for is the profile's.
  for (const [index, profile] of profiles.entries()) {
    const args = ['--profile', profile, 'exec', '--skip-git-repo-check', 'RUN: echo hi'];
    const running = promisify(execFile)('codex', args, {
      cwd: home,
      env: { ...ENV, HOME: home, CODEX_HOME: home },
    });
    running.child.stdin?.end();
    const { stdout } = await running;
    expect(stdout).toBe('Done: hi\n');
    expect(server.requests.at(-1)?.body).toMatchObject({ model: MODELS[index] });
  }

  const removed = await cli(['remove', '--all', '--yes', '--json'], { home, env: ENV });
  expect(removeDocument.parse(JSON.parse(removed.stdout)).files).toHaveLength(4);
  const after = await own(home);
  // What Codex left is Codex's.
  expect(Object.fromEntries(Object.keys(before).map((path) => [path, after[path]]))).toEqual(before);
  expect(Object.keys(after).filter((path) => /\.config\.toml$|^codex-lmdeploy/.test(path))).toEqual([]);
});

test('several servers: each model leads to its own; one on two is told of', async () => {
  const [first, second] = [
    await standIn({ models: ['a/First', 'both'] }),
    await standIn({ models: ['b/Second', 'both'], contextLength: 65_536 }),
  ];
  const home = await scratch();
  const { report } = await all(home, '--server', first.baseUrl, '--server', second.baseUrl);
  expect(report.profiles?.map(({ profile, server }) => [profile, server.baseUrl])).toEqual([
    ['first', first.baseUrl],
    ['both', first.baseUrl],
    ['second', second.baseUrl],
  ]);
  expect(report.warnings).toMatchObject([
    {
      id: 'model.served',
      remedy: expect.stringMatching(/^codex-lmdeploy print nginx --server \S+ --server \S+ /),
    },
  ]);
  expect(await catalogs(home)).toEqual({
    'all-models.catalog.json': [
      ['a/First', 131_072],
      ['both', 131_072],
      ['b/Second', 65_536],
    ],
  });
});

test('--check and --dry-run show every file and write none', async () => {
  const server = await standIn({ models: ['a/First', 'b/Second'] });
  const home = await scratch();
  const check = await cli(['init', server.baseUrl, '--all-models', '--check'], { home, env: ENV });
  expect(check.code).toBe(1);
  for (const name of ['first.config.toml', 'second.config.toml', 'all-models.catalog.json'])
    expect(check.stdout).toContain(name);
  expect(Object.keys(await own(home))).toEqual(['']);
});

test('through a bridge: every profile names it, and next says how to start it', async () => {
  const server = await standIn({ models: ['a/First', 'b/Second'] });
  const home = await scratch();
  const { report } = await all(home, server.baseUrl, '--bridge', '24001');
  for (const { profile } of report.profiles ?? [])
    expect(readToml(await readFile(join(home, `${profile}.config.toml`), 'utf8'))).toMatchObject({
      model_providers: { lmdeploy: { base_url: 'http://127.0.0.1:24001/v1' } },
    });
  expect(report.next).toEqual([
    expect.stringContaining(`codex-lmdeploy bridge ${server.baseUrl} --port 24001 `),
    'codex --profile first',
    'codex --profile second',
  ]);
  const check = ['init', '--all-models', '--check'];
  expect(await cli(check, { home, env: ENV })).toMatchObject({ code: 0 });
});

test('what the server lacks is said once for all its models, and next names doctor', async () => {
  const server = await standIn({ models: ['a/First', 'b/Second'], toolCallParser: false });
  const { report } = await all(await scratch(), server.baseUrl);
  expect(report.warnings).toMatchObject([
    { id: 'responses.tools', detail: expect.stringMatching(/^a\/First, b\/Second: /) },
  ]);
  expect(report.next).toEqual([
    'codex-lmdeploy doctor --profile first',
    'codex --profile first',
    'codex --profile second',
  ]);
});

test.each([
  ['--server', 'gpu1', '--server', 'gpu2'],
  ['--server', 'gpu1', '--base-url', 'gpu2'],
])('%s %s %s %s have no one bridge', async (...flags) => {
  const args = ['init', '--all-models', '--yes', '--bridge', ...flags];
  expect(await cli(args, { home: await scratch(), env: ENV })).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining('A bridge leads to one server, and several are given.'),
  });
});

test.each([['--model', 'm'], ['--profile', 'p'], ['--offline']])(
  '%s has no place beside it',
  async (...flags) => {
    const ran = await cli(['init', '--all-models', '--yes', ...flags], { home: await scratch(), env: ENV });
    expect(ran).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(String(flags[0])) });
  },
);

describe('--profile where the usual one is not there', () => {
  async function withProfiles() {
    const server = await standIn({ models: ['a/First', 'b/Second'] });
    const home = await scratch();
    await all(home, server.baseUrl);
    return home;
  }

  test('names those that are, where nobody can be asked', async () => {
    const home = await withProfiles();
    for (const command of ['doctor', 'run']) {
      const ran = await cli([command, '--profile'], { home, env: ENV });
      expect(ran).toMatchObject({
        code: 2,
        stdout: '',
        stderr: expect.stringMatching(
          /There is no profile "lmdeploy".*there are first, second\.\n.*--profile first/s,
        ),
      });
    }
  });

  test('remove has nothing to do there, and says what is recorded', async () => {
    const home = await withProfiles();
    const before = await own(home);
    const ran = await cli(['remove', '--profile', '--yes'], { home, env: ENV });
    expect(ran).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/Nothing to remove.*codex-lmdeploy remove --profile first; /s),
    });
    expect(await own(home)).toEqual(before);
  });

  test('one that somebody has deleted is not among them', async () => {
    const home = await withProfiles();
    await rm(join(home, 'first.config.toml'));
    const ran = await cli(['doctor', '--profile', 'first'], { home, env: ENV });
    expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining('; there is second.\n') });
    const removed = await cli(['remove', '--profile', 'first', '--yes'], { home, env: ENV });
    expect(removed).toMatchObject({ code: 0, stderr: expect.not.stringContaining('Nothing to remove') });
  });

  test.skipIf(!hasScript)('offers them on a terminal (needs script of util-linux)', async () => {
    const home = await withProfiles();
    const terminal = onTerminal(['doctor', '--profile', '--only', 'config.provider'], { home, env: ENV });
    await terminal.answer('There is no profile "lmdeploy". Which one?', '\u001b[B\r');
    expect(await terminal.ended).toBe(0);
    expect(terminal.screen()).toContain('Ready: 1 passed');
  });
});
