import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { COMPACT_PROMPT } from '../../src/codex/compact-prompt.js';
import { SMALL } from '../../src/commands/init-beside.js';
import { initDocument, printCatalogDocument } from '../../src/documents.js';
import { type StandInOptions, startStandIn } from '../../src/stand-in/server.js';
import { cli, PATH_WITH_CODEX, scratch } from '../cli.js';
import { RECORDINGS } from '../recordings.js';

const MODEL = 'Qwen/Qwen3.5-35B-A3B';

const catalogFile = z.object({
  models: z.array(
    z.object({ slug: z.string(), context_window: z.number().nullable(), base_instructions: z.string() }),
  ),
});

/** A home, a server, the real Codex, and the program on them. */
async function setUp(options: StandInOptions = {}, config?: string) {
  const folder = await scratch();
  const home = join(folder, 'home');
  await mkdir(home);
  if (config !== undefined) await writeFile(join(home, 'config.toml'), config);
  const server = await startStandIn(options);
  onTestFinished(() => server.close());
  const env = {
    PATH: PATH_WITH_CODEX,
    XDG_CACHE_HOME: RECORDINGS,
    LMDEPLOY_API_KEY: 'dummy',
  };
  const run = async (command: string, ...args: string[]) => {
    const address = command === 'remove' ? [] : [server.baseUrl];
    return cli([command, ...address, ...args], { home, userHome: folder, env });
  };
  const init = async (...args: string[]) => {
    const { code, stdout, stderr } = await run('init', '--yes', '--json', ...args);
    expect(code, stdout + stderr).toBe(0);
    return initDocument.parse(JSON.parse(stdout));
  };
  const read = (name: string) => readFile(join(home, name), 'utf8');
  const catalog = async (name = 'lmdeploy.catalog.json') =>
    catalogFile.parse(JSON.parse(await read(`codex-lmdeploy/${name}`))).models;
  return { home, server, env, run, init, read, catalog };
}

describe('init --profile', () => {
  test('the profile, and a catalog of all that is served; once more changes nothing; remove takes both', async () => {
    const before = '# mine\nmodel = "gpt-5.6"\n';
    const { home, run, init, read, catalog } = await setUp({ models: [MODEL, 'lora'] }, before);
    const first = await init('--profile', '--model', MODEL);
    expect(first.files.map(({ path, action }) => [path.slice(home.length + 1), action])).toEqual([
      ['codex-lmdeploy/lmdeploy.catalog.json', 'create'],
      ['lmdeploy.config.toml', 'create'],
    ]);
    expect(first.warnings).toEqual([]);
    const profile = await read('lmdeploy.config.toml');
    expect(profile).toMatch(
      /^model = .*\nmodel_provider = .*\nmodel_catalog_json = "codex-lmdeploy\/lmdeploy.catalog.json"\n/,
    );
    expect(profile).toContain('[agents]\nenabled = false\n');
    expect(profile).not.toContain('model_context_window');
    expect(await catalog()).toEqual([
      expect.objectContaining({ slug: MODEL, context_window: 131_072 }),
      expect.objectContaining({ slug: 'lora', context_window: 131_072 }),
    ]);
    expect(await read('config.toml')).toBe(before);

    expect(await init('--profile')).toMatchObject({ changed: false, warnings: [] });
    const { stdout } = await run('doctor', '--profile', '--json', '--skip', 'codex.home');
    expect(JSON.parse(stdout).summary).toMatchObject({ warn: 0, fail: 0 });

    expect((await run('remove', '--profile', '--yes')).code).toBe(0);
    expect(await read('config.toml')).toBe(before);
    expect(await readdir(home)).not.toContain('lmdeploy.config.toml');
    expect(await readdir(home)).not.toContain('codex-lmdeploy');
  });

  test('each profile has a catalog of its own', async () => {
    const { run, init, read, catalog } = await setUp();
    await init('--profile');
    await init('--profile', 'small', '--prompt', 'compact');
    expect((await catalog('small.catalog.json'))[0]?.base_instructions).toBe(COMPACT_PROMPT);
    await run('remove', '--profile', '--yes');
    expect(await read('small.config.toml')).toContain('codex-lmdeploy/small.catalog.json');
    await run('remove', '--profile', 'small', '--yes');
    await expect(catalog('small.catalog.json')).rejects.toThrow('ENOENT');
  });

  test('--no-catalog and --no-lean: the window in its place, and everything on', async () => {
    const { init, read } = await setUp();
    await init('--profile');
    const { files } = await init('--profile', '--no-catalog', '--no-lean');
    expect(files.map(({ action }) => action)).toEqual(['update', 'delete']);
    const profile = await read('lmdeploy.config.toml');
    expect(profile).toContain('model_context_window = 131072');
    expect(profile).not.toMatch(/catalog|agents|features|skills|web_search/);
  });

  test('a window that config.toml states for other models does not outdo the catalog', async () => {
    const { init, read } = await setUp({}, 'model_context_window = 1000000\n');
    await init('--profile');
    expect(await read('lmdeploy.config.toml')).toContain('model_context_window = 131072');
  });

  test('without a Codex: the window, no switches, and a word', async () => {
    const { init, read, env } = await setUp();
    env.PATH = '/nowhere';
    const { warnings } = await init('--profile');
    expect(warnings).toContainEqual(
      expect.objectContaining({
        id: 'catalog.entry',
        detail: expect.stringContaining('No codex is on the PATH'),
      }),
    );
    const profile = await read('lmdeploy.config.toml');
    expect(profile).toContain('model_context_window = 131072');
    expect(profile).not.toMatch(/catalog|agents/);
  });

  test('another Codex: doctor says that the catalog is old, and init makes it anew', async () => {
    const { home, init, run, env } = await setUp();
    await init('--profile');
    const newer = join(home, 'bin');
    await mkdir(newer);
    const real = join(PATH_WITH_CODEX.split(':')[0] ?? '', 'codex');
    await writeFile(
      join(newer, 'codex'),
      `#!/bin/sh\n[ "$1" = --version ] && echo codex-cli 0.170.0 && exit\nexec ${real} "$@"\n`,
    );
    await chmod(join(newer, 'codex'), 0o755);
    env.PATH = `${newer}:${PATH_WITH_CODEX}`;
    const doctor = async () => {
      const { stdout } = await run('doctor', '--profile', '--json', '--only', 'catalog.entry');
      return JSON.parse(stdout).checks[0];
    };
    expect(await doctor()).toMatchObject({
      status: 'warn',
      detail: expect.stringMatching(/made with Codex 0\.169\.0, and 0\.170\.0 is installed/),
    });
    await init('--profile');
    expect(await doctor()).toMatchObject({ status: 'pass' });
  });
});

describe('config.toml', () => {
  test('no catalog unless asked for; with --catalog a word about what that means; it stays until --no-catalog', async () => {
    const before = 'model_context_window = 9999999\n';
    const { run, init, read, catalog } = await setUp({}, before);
    await init();
    expect(await read('config.toml')).not.toMatch(/catalog|agents/);
    const { warnings } = await init('--catalog');
    expect(warnings.map(({ id, detail }) => [id, detail])).toEqual([
      ['catalog.entry', expect.stringMatching(/now needs .*catalog\.json beside it.*lose their metadata/)],
    ]);
    expect(await read('config.toml')).toContain('model_catalog_json = "codex-lmdeploy/catalog.json"');
    expect(await init('--catalog')).toMatchObject({ changed: false, warnings: [] });
    expect(await init()).toMatchObject({ changed: false, warnings: [] });
    expect(await catalog('catalog.json')).toHaveLength(1);
    await init('--no-catalog');
    expect(await read('config.toml')).not.toContain('catalog');
    await expect(catalog('catalog.json')).rejects.toThrow('ENOENT');
    await run('remove', '--yes');
    expect(await read('config.toml')).toBe(before);
  });

  test('--lean and --prompt compact stay too', async () => {
    const { init, read, catalog } = await setUp();
    await init('--lean', '--catalog', '--prompt', 'compact');
    expect(await init()).toMatchObject({ changed: false });
    expect(await read('config.toml')).toContain('[agents]\nenabled = false');
    expect((await catalog('catalog.json'))[0]?.base_instructions).toBe(COMPACT_PROMPT);
    await init('--prompt', 'codex', '--no-lean');
    expect((await catalog('catalog.json'))[0]?.base_instructions).toMatch(
      /^You are a coding agent running in the Codex CLI/,
    );
    expect(await read('config.toml')).not.toContain('agents');
  });

  test('a catalog of the user’s own: kept if it fits, else another one is named; never written to', async () => {
    const { home, run, init, read, env } = await setUp({ contextLength: 32_768 });
    const entryOf = async (window: number) => {
      const args = ['print', 'catalog', '--offline', '--model', MODEL, '--json'];
      const { stdout } = await cli([...args, '--context-window', String(window)], { home, env });
      return JSON.stringify({ models: [printCatalogDocument.parse(JSON.parse(stdout)).entry] });
    };
    const [small, large] = [await entryOf(20_000), await entryOf(200_000)];
    const before = 'model_catalog_json = "mine.json" # hand-made\n';
    await writeFile(join(home, 'config.toml'), before);
    await writeFile(join(home, 'mine.json'), small);
    const { warnings } = await init('--catalog');
    expect(warnings).toContainEqual(
      expect.objectContaining({
        id: 'catalog.entry',
        detail: expect.stringContaining('fits this model and stays'),
      }),
    );
    expect(await read('config.toml')).toContain('model_catalog_json = "mine.json" # hand-made');

    await writeFile(join(home, 'mine.json'), large);
    await init('--catalog');
    expect(await read('config.toml')).toContain(
      'model_catalog_json = "codex-lmdeploy/catalog.json" # hand-made',
    );
    expect(await read('mine.json')).toBe(large);
    await run('remove', '--yes');
    expect(await read('config.toml')).toBe(before);
  });

  test('a catalog that somebody has edited stays when all else goes, and is named', async () => {
    const { home, init, run, read } = await setUp();
    await init('--catalog');
    const path = join(home, 'codex-lmdeploy/catalog.json');
    await writeFile(path, (await read('codex-lmdeploy/catalog.json')).replace('"list"', '"hide"'));
    const { stdout } = await run('remove', '--yes', '--json');
    expect(JSON.parse(stdout).kept).toEqual([{ file: path, key: 'models', why: 'changed' }]);
    expect(await read('codex-lmdeploy/catalog.json')).toContain('"hide"');
  });

  test('--prompt compact without a catalog is wrong usage', async () => {
    const { run } = await setUp();
    const { code, stderr } = await run('init', '--yes', '--prompt', 'compact');
    expect(code).toBe(2);
    expect(stderr).toContain('Add --catalog, or --profile');
  });

  test('a small window: what will happen, and both ways out; with them nothing more is said', async () => {
    const { init, read, server } = await setUp({ contextLength: 12_288 });
    const said = async (...args: string[]) =>
      (await init(...args)).warnings
        .filter(({ detail }) => detail.startsWith('Of a window of'))
        .map(({ remedy }) => remedy.replace(server.baseUrl, 'URL'));
    expect(await said()).toEqual([
      expect.stringMatching(/^codex-lmdeploy init URL --catalog --lean --prompt compact {3}#/),
    ]);
    expect(await said('--profile')).toEqual([
      expect.stringMatching(/^codex-lmdeploy init URL --profile lmdeploy --prompt compact {3}#/),
    ]);
    expect(await said('--profile', '--prompt', 'compact')).toEqual([]);
    expect(await read('lmdeploy.config.toml')).toMatch(/^model_auto_compact_token_limit = \d{4,5}$/m);
    const { warnings } = await init();
    expect(warnings.map(({ id }) => id)).toContain('responses.context');
  });

  test.each([
    [SMALL - 1, true],
    [SMALL, false],
  ])('of a window of %i tokens it is said: %s', async (contextLength, isSaid) => {
    const { init } = await setUp({ contextLength });
    const { warnings } = await init();
    expect(warnings.some(({ detail }) => detail.startsWith('Of a window of'))).toBe(isSaid);
  });
});

test('print catalog: the entry that init would write, and nothing is written', async () => {
  const { home, server, env } = await setUp();
  const { code, stdout } = await cli(['print', 'catalog', server.baseUrl], { home, env });
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    slug: MODEL,
    context_window: 131_072,
    input_modalities: ['text'],
    base_instructions: expect.stringMatching(/^You are a coding agent running in the Codex CLI/),
  });
  expect((await readdir(home)).filter((name) => /toml|lmdeploy/.test(name))).toEqual([]);
});
