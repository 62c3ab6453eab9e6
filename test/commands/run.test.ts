import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type StandInOptions, startStandIn } from '../../src/stand-in/server.js';
import { readToml } from '../../src/toml/read.js';
import { cli, scratch } from '../cli.js';
import { type RecordingCodex, recordingCodex } from '../recording-codex.js';
import { closedPort, isUsualPortTaken } from '../sockets.js';
import { treeOf } from '../tree.js';

const MODEL = 'Qwen/Qwen3.5-35B-A3B';

interface Setting {
  readonly server?: StandInOptions;
  readonly codex?: RecordingCodex;
  readonly env?: Record<string, string>;
}

/** A stand-in, an empty home, and a Codex that writes down how it is started. */
async function setUp({ server: options = {}, codex, env = {} }: Setting = {}) {
  const server = await startStandIn(options);
  onTestFinished(() => server.close());
  const the = codex ?? (await recordingCodex());
  const folder = await scratch();
  const [home, temporaryFolder] = [join(folder, 'home'), join(folder, 'tmp')];
  await mkdir(home);
  await mkdir(temporaryFolder);
  const world = { home, temporaryFolder, env: { PATH: the.path, ...env } };
  return {
    server,
    folder,
    home,
    world,
    codex: the,
    init: (...args: string[]) => cli(['init', server.baseUrl, '--yes', '--no-verify', ...args], world),
    /** Without a bridge, whose address would be one more thing to say; run-bridge.test.ts is about it. */
    run: (...args: string[]) => cli(['run', '--direct', ...args], world),
    turns: () => server.requests.filter(({ path }) => path === '/v1/responses').length,
    /** The arguments that Codex got, the values of its `-c` among them as the TOML that they are. */
    async got() {
      const { args, env: its } = (await the.started()) ?? { args: [], env: {} };
      const isValue = (index: number) => args[index - 1] === '-c';
      const values = args.filter((_, index) => isValue(index));
      const rest = args.filter((arg, index) => arg !== '-c' && !isValue(index));
      return { args, rest, config: readToml(values.join('\n')), env: its };
    },
  };
}

test('without a config all that Codex needs stands on its command line, and nothing in a file', async () => {
  const { server, folder, run, got } = await setUp();
  const before = await treeOf(folder);
  const ran = await run('--base-url', server.baseUrl, '--', 'exec', '--json', 'Say "hello"');
  expect(ran).toEqual({
    code: 0,
    stdout: '',
    stderr: `Codex runs on ${MODEL} at ${server.baseUrl}, in a window of 131,072 tokens.\n`,
  });
  const { rest, config, env } = await got();
  expect(rest).toEqual(['exec', '--json', 'Say "hello"']);
  expect(config).toEqual({
    model: MODEL,
    model_provider: 'lmdeploy',
    model_context_window: 131_072,
    model_providers: {
      lmdeploy: {
        name: 'LMDeploy',
        base_url: server.baseUrl,
        env_key: 'LMDEPLOY_API_KEY',
        wire_api: 'responses',
        requires_openai_auth: false,
        stream_idle_timeout_ms: 300_000,
      },
    },
  });
  expect(env['LMDEPLOY_API_KEY']).toBe('dummy');
  expect(await treeOf(folder)).toEqual(before);
});

test('after init nothing is left to say, and no turn is tried', async () => {
  const { init, run, got, turns, codex } = await setUp();
  expect(await init()).toMatchObject({ code: 0 });
  const before = turns();
  expect(await run('exec', '--json', 'hi')).toMatchObject({ code: 0 });
  expect((await codex.started())?.args).toEqual(['exec', '--json', 'hi']);
  expect(turns()).toBe(before);
  expect((await got()).env['LMDEPLOY_API_KEY']).toBe('dummy');
});

describe('with a profile', () => {
  test('that init has written: it is named, and config.toml left alone', async () => {
    const { init, run, codex, home } = await setUp();
    await writeFile(join(home, 'config.toml'), 'model = "gpt-5"\nmodel_provider = "azure"\n');
    expect(await init('--profile')).toMatchObject({ code: 0 });
    expect(await run('--', 'hi')).toMatchObject({ code: 0 });
    expect((await codex.started())?.args).toEqual(['--profile', 'lmdeploy', 'hi']);
  });

  test('that is broken: exit 2 with its place, and nothing starts on config.toml instead', async () => {
    const { run, home, codex, server } = await setUp();
    await writeFile(join(home, 'lmdeploy.config.toml'), 'model = \n');
    const { code, stderr } = await run('--base-url', server.baseUrl);
    expect(code).toBe(2);
    expect(stderr).toContain('lmdeploy.config.toml:1:');
    expect(await codex.started()).toBeNull();
  });

  test('that is not for LMDeploy, though it has the name: it is left alone', async () => {
    const { run, home, got, server } = await setUp();
    await writeFile(join(home, 'lmdeploy.config.toml'), 'model_provider = "azure"\n');
    expect(await run('--base-url', server.baseUrl, 'hi')).toMatchObject({ code: 0 });
    expect((await got()).rest).toEqual(['hi']);
  });

  test('for another provider of ours: that one is used', async () => {
    const { init, run, codex } = await setUp();
    expect(await init('--profile', '--provider-id', 'gpu')).toMatchObject({ code: 0 });
    expect(await run('hi')).toMatchObject({ code: 0 });
    expect((await codex.started())?.args).toEqual(['--profile', 'lmdeploy', 'hi']);
  });

  test('of another name: it is named where it is asked for', async () => {
    const { init, run, codex } = await setUp();
    expect(await init('--profile', 'gpu')).toMatchObject({ code: 0 });
    expect(await run('--profile', 'gpu')).toMatchObject({ code: 0 });
    expect((await codex.started())?.args).toEqual(['--profile', 'gpu']);
  });

  test('that the user names to Codex: theirs alone, with what it lacks', async () => {
    const { init, run, got, home, server } = await setUp();
    expect(await init('--profile')).toMatchObject({ code: 0 });
    await writeFile(join(home, 'work.config.toml'), 'approval_policy = "never"\n');
    expect(await run('--base-url', server.baseUrl, '--', '-p', 'work')).toMatchObject({ code: 0 });
    const { rest, config } = await got();
    expect(rest).toEqual(['-p', 'work']);
    expect(config).toMatchObject({ model: MODEL, model_provider: 'lmdeploy' });
  });

  test('that is not there: exit 2, for Codex would not say so', async () => {
    const { run, codex } = await setUp();
    const { code, stderr } = await run('--profile', 'gpu');
    expect(code).toBe(2);
    expect(stderr).toContain('no profile "gpu"');
    expect(await codex.started()).toBeNull();
  });

  test('a Codex that knows no profile files: exit 2', async () => {
    const { run, home, server } = await setUp({ codex: await recordingCodex({ version: '0.100.0' }) });
    await writeFile(join(home, 'lmdeploy.config.toml'), 'model_provider = "lmdeploy"\n');
    const { code, stderr } = await run('--base-url', server.baseUrl);
    expect(code).toBe(2);
    expect(stderr).toContain('Codex 0.100.0 does not read profile files');
  });
});

describe('what flags say outdoes the config', () => {
  test('another model, for which the window is measured anew', async () => {
    const { init, run, got, turns } = await setUp({ server: { models: ['base', 'adapter'] } });
    expect(await init('--model', 'base', '--context-window', '9000')).toMatchObject({ code: 0 });
    const before = turns();
    expect(await run('--model', 'adapter')).toMatchObject({ code: 0 });
    expect((await got()).config).toEqual({ model: 'adapter', model_context_window: 131_072 });
    expect(turns()).toBeGreaterThan(before);
  });

  test('another server', async () => {
    const { init, run, got } = await setUp();
    expect(await init('--context-window', '9000')).toMatchObject({ code: 0 });
    const other = await startStandIn({ contextLength: 40_000 });
    onTestFinished(() => other.close());
    expect(await run('--base-url', other.baseUrl)).toMatchObject({ code: 0 });
    expect((await got()).config).toEqual({
      model_context_window: 40_000,
      model_providers: { lmdeploy: { base_url: other.baseUrl } },
    });
  });

  test('where a call without arguments ends a session, goals are off', async () => {
    const { server, run, got } = await setUp({ server: { release: '0.17' } });
    expect(await run('--base-url', server.baseUrl)).toMatchObject({ code: 0 });
    expect((await got()).config).toMatchObject({ features: { goals: false } });
  });
});

describe('several models and none chosen', () => {
  const server = { models: ['base', 'adapter'] };

  test('exit 2, and they are listed', async () => {
    const { server: its, run, codex } = await setUp({ server });
    const { code, stderr } = await run('--base-url', its.baseUrl);
    expect(code).toBe(2);
    expect(stderr).toContain('base, adapter');
    expect(await codex.started()).toBeNull();
  });

  test('-m for Codex is a choice too', async () => {
    const { server: its, run, got } = await setUp({ server });
    expect(await run('--base-url', its.baseUrl, '--', 'exec', '-m', 'adapter')).toMatchObject({ code: 0 });
    const { rest, config } = await got();
    expect(rest).toEqual(['exec', '-m', 'adapter']);
    expect(config['model']).toBe('adapter');
  });
});

describe('the key', () => {
  const key = 'sk-run-5ecret';

  test('travels in its variable only, and away from the shells of the agent', async () => {
    const { server, run, got } = await setUp({
      server: { apiKeys: [key] },
      env: { LMDEPLOY_API_KEY: key, OTHER: 'x' },
    });
    const { stderr } = await run('--base-url', server.baseUrl, '--verbose', 'hi');
    const { args, config, env } = await got();
    expect(env).toMatchObject({ LMDEPLOY_API_KEY: key, OTHER: 'x' });
    expect(args.join('\n') + stderr).not.toContain(key);
    expect(config['shell_environment_policy']).toEqual({ exclude: ['LMDEPLOY_API_KEY'] });
  });

  test('in another variable', async () => {
    const { server, run, got } = await setUp({ server: { apiKeys: [key] }, env: { GPU_KEY: key } });
    expect(await run('--base-url', server.baseUrl, '--env-key', 'GPU_KEY')).toMatchObject({ code: 0 });
    const { config, env } = await got();
    expect(config).toMatchObject({ model_providers: { lmdeploy: { env_key: 'GPU_KEY' } } });
    expect(env['LMDEPLOY_API_KEY']).toBeUndefined();
  });

  test.each([
    ['missing', {}],
    ['wrong', { LMDEPLOY_API_KEY: 'sk-no' }],
  ])('%s: exit 2, in the words of init', async (_, env) => {
    const { server, run, init, codex } = await setUp({ server: { apiKeys: [key] }, env });
    const ran = await run('--base-url', server.baseUrl);
    const { stderr } = await init();
    expect(ran).toEqual({ code: 2, stdout: '', stderr });
    expect(await codex.started()).toBeNull();
  });
});

test('a server that is down: exit 2 in the words of init; --wait waits first', async () => {
  const { run, world, codex } = await setUp();
  const url = await closedPort();
  const ran = await run('--base-url', url);
  expect(ran).toEqual(await cli(['init', url, '--yes'], world));
  expect(ran.code).toBe(2);
  const waited = await run('--base-url', url, '--wait', '1', '--', 'exec');
  expect(waited).toMatchObject({ code: 2, stderr: expect.stringContaining('Waited 1 s') });
  expect(await codex.started()).toBeNull();
});

test('--json for Codex is not for us', async () => {
  const { run } = await setUp();
  const ran = await run('--base-url', await closedPort(), '--', 'exec', '--json', 'hi');
  expect(ran).toMatchObject({ code: 2, stdout: '' });
});

test.skipIf(await isUsualPortTaken())(
  'a config that names no address, and nothing at the usual one (skipped where port 23333 is taken)',
  async () => {
    const { home, run, codex } = await setUp();
    await writeFile(join(home, 'config.toml'), 'model_provider = "azure"\n');
    const { code, stderr } = await run();
    expect(code).toBe(2);
    expect(stderr).toContain('Nothing listens on 127.0.0.1:23333');
    // Nobody gave that address.
    expect(stderr).toContain('elsewhere: --base-url http://HOST:23333');
    expect(await codex.started()).toBeNull();
    await cli(['init', '--offline', '--yes', '--model', 'm', '--profile', 'sql'], { home });
    expect((await run()).stderr).toContain('or --profile sql, which init has written');
  },
);

test('--wait: Codex starts as soon as the server answers', async () => {
  const { run, codex } = await setUp();
  const { port } = new URL(await closedPort());
  const ran = run('--base-url', port, '--wait', '--', 'hi');
  const late = await startStandIn({ port: Number(port) });
  onTestFinished(() => late.close());
  expect(await ran).toMatchObject({ code: 0 });
  expect((await codex.started())?.args.at(-1)).toBe('hi');
});

test('--quiet: not a word of ours', async () => {
  const { server, run } = await setUp();
  expect(await run('--base-url', server.baseUrl, '--quiet')).toEqual({ code: 0, stdout: '', stderr: '' });
});

test.each([0, 1, 42, 130])('Codex’s exit code %i is ours', async (code) => {
  const { server, run } = await setUp({ codex: await recordingCodex({ script: `exit ${code}` }) });
  expect(await run('--base-url', server.baseUrl, '--quiet')).toEqual({ code, stdout: '', stderr: '' });
});

test('a Codex that a signal ends: 128 and its number', async () => {
  const { server, run } = await setUp({ codex: await recordingCodex({ script: 'kill -TERM $$' }) });
  expect(await run('--base-url', server.baseUrl)).toMatchObject({ code: 143 });
});

test('no Codex: exit 2, and how to get one', async () => {
  const { server, world } = await setUp();
  const { code, stderr } = await cli(['run', '--base-url', server.baseUrl], {
    ...world,
    env: { PATH: '/nowhere' },
  });
  expect(code).toBe(2);
  expect(stderr).toContain('npm install -g @openai/codex');
});

test('a home that is not there: exit 2, and it is not made', async () => {
  const { server, run, folder } = await setUp();
  const home = join(folder, 'missing');
  const { code, stderr } = await run('--base-url', server.baseUrl, '--codex-home', home);
  expect(code).toBe(2);
  expect(stderr).toContain('mkdir');
  await expect(stat(home)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('--codex-home is where Codex looks too', async () => {
  const { server, run, got } = await setUp();
  const home = await scratch();
  expect(await run('--base-url', server.baseUrl, '--codex-home', home)).toMatchObject({ code: 0 });
  expect((await got()).env['CODEX_HOME']).toBe(home);
});

test('a config that is no TOML: exit 2 with its place, before Codex says the same', async () => {
  const { server, run, home } = await setUp();
  await writeFile(join(home, 'config.toml'), 'model = \n');
  const { code, stderr } = await run('--base-url', server.baseUrl);
  expect(code).toBe(2);
  expect(stderr).toContain('config.toml:1:');
});

test('an address in the place of a prompt, and an option that is Codex’s: wrong usage', async () => {
  const { run, server } = await setUp();
  expect(await run(server.baseUrl)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining(`--base-url ${server.baseUrl}`),
  });
  expect(await run('--search')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('run -- --search'),
  });
});

test('a managed file that outdoes the command line is named', async () => {
  const { server, world, folder } = await setUp();
  const systemFolder = join(folder, 'etc');
  await mkdir(systemFolder);
  await writeFile(join(systemFolder, 'managed_config.toml'), 'model_provider = "corp"\n');
  const { stderr } = await cli(['run', '--base-url', server.baseUrl], { ...world, systemFolder });
  expect(stderr).toContain('managed_config.toml sets model_provider = "corp"');
});

/** Keeps the catalog that it gets, as it is. */
const KEEPS_CATALOG = `for arg; do case "$arg" in model_catalog_json=*)
eval "$arg"; cp -rp "$(dirname "$model_catalog_json")" "$SEEN/catalog" ;; esac; done`;

describe('where the config has no catalog', () => {
  test('one lies in a folder for this user alone while Codex runs, and goes with it', async () => {
    const codex = await recordingCodex({ script: KEEPS_CATALOG, isReal: true });
    const { server, run, got, world } = await setUp({
      codex,
      server: { models: ['base', 'adapter'], contextLength: 30_000 },
    });
    const ran = await run('--base-url', server.baseUrl, '--model', 'adapter');
    expect(ran).toMatchObject({ code: 0, stderr: expect.stringContaining('30,000 tokens') });
    const { config } = await got();
    expect(config).toMatchObject({ model: 'adapter', model_auto_compact_token_limit: 22_500 });
    expect(config).not.toHaveProperty('model_context_window');
    expect((await stat(codex.at('catalog'))).mode & 0o777).toBe(0o700);
    expect((await stat(codex.at('catalog/catalog.json'))).mode & 0o777).toBe(0o600);
    const { models } = JSON.parse((await codex.seen('catalog/catalog.json')) ?? '') as { models: object[] };
    expect(models).toMatchObject([
      { slug: 'adapter', context_window: 30_000, input_modalities: ['text'] },
      { slug: 'base', context_window: 30_000 },
    ]);
    expect(await readdir(world.temporaryFolder)).toEqual([]);
  });

  test('and is not one for LMDeploy, what is of no use there is off, but for what the user has said', async () => {
    const codex = await recordingCodex({ isReal: true });
    const { server, run, got, home } = await setUp({ codex });
    await writeFile(join(home, 'config.toml'), 'web_search = "live"\n');
    expect(await run('--base-url', server.baseUrl)).toMatchObject({ code: 0 });
    const { config } = await got();
    expect(config).toMatchObject({
      agents: { enabled: false },
      features: { goals: false, view_image: false },
    });
    expect(config).not.toHaveProperty('web_search');
  });

  test('after a plain init: a catalog, and nothing else', async () => {
    const codex = await recordingCodex({ isReal: true });
    const { init, run, got } = await setUp({ codex });
    expect(await init()).toMatchObject({ code: 0 });
    expect(await run('hi')).toMatchObject({ code: 0 });
    const { rest, config } = await got();
    expect(rest).toEqual(['hi']);
    expect(Object.keys(config)).toEqual(['model_catalog_json']);
  });
});

test('where the config names a catalog that knows the model, none is made', async () => {
  const codex = await recordingCodex({ isReal: true });
  const { init, run } = await setUp({ codex });
  expect(await init('--profile')).toMatchObject({ code: 0 });
  expect(await run('hi')).toMatchObject({ code: 0 });
  expect((await codex.started())?.args).toEqual(['--profile', 'lmdeploy', 'hi']);
});
