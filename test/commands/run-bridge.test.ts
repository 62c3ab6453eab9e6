import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startBridge } from '../../src/bridge/server.js';
import { type StandInOptions, startStandIn } from '../../src/stand-in/server.js';
import { readToml } from '../../src/toml/read.js';
import { cli, context, scratch } from '../cli.js';
import { recordingCodex } from '../recording-codex.js';
import { treeOf } from '../tree.js';

/** Asks the server that it was told of who it is, and keeps the catalog that it gets. */
const LOOKS = `URL=$(printf '%s\\n' "$@" | sed -n 's/.*base_url"* *= *"\\(http[^"]*\\)\\/v1".*/\\1/p' | head -1)
node -e 'fetch(process.argv[1] + "/healthz").then((r) => r.text()).then((t) => process.stdout.write(t))' "$URL" > "$SEEN/health"
for arg; do case "$arg" in model_catalog_json=*) eval "$arg"; cp "$model_catalog_json" "$SEEN/catalog" ;; esac; done`;

interface Setting {
  readonly server?: StandInOptions;
  readonly env?: Record<string, string>;
}

/** A stand-in, an empty home, and a Codex that looks at what it is led to. */
async function setUp({ server: options = {}, env = {} }: Setting = {}) {
  const server = await startStandIn(options);
  onTestFinished(() => server.close());
  const codex = await recordingCodex({ script: LOOKS, isReal: true });
  const folder = await scratch();
  const [home, temporaryFolder] = [join(folder, 'home'), join(folder, 'tmp')];
  await mkdir(home);
  await mkdir(temporaryFolder);
  const world = { home, temporaryFolder, env: { PATH: codex.path, XDG_CACHE_HOME: folder, ...env } };
  return {
    server,
    home,
    init: async (...args: string[]) => {
      const { code, stderr } = await cli(['init', server.baseUrl, '--yes', '--no-verify', ...args], world);
      expect(code, stderr).toBe(0);
    },
    run: (...args: string[]) => cli(['run', ...args], world),
    /** What the Codex saw: the address that it got, who answered there, its catalog, its config and environment. */
    async seen() {
      const { args, env: its } = (await codex.started()) ?? { args: [], env: {} };
      const values = args.filter((_, index) => args[index - 1] === '-c');
      const health = JSON.parse((await codex.seen('health')) || 'null') as { upstream: string } | null;
      const catalog = JSON.parse((await codex.seen('catalog')) ?? 'null') as { models: object[] } | null;
      return { config: readToml(values.join('\n')), health, models: catalog?.models ?? null, env: its };
    },
  };
}

const OFFERS = { apply_patch_tool_type: 'freeform' };

test('a bridge to the server answers while Codex runs, and goes with it', async () => {
  const { server, home, run, seen } = await setUp();
  const before = await treeOf(home);
  const ran = await run('--base-url', server.baseUrl, '--verbose', 'hi');
  expect(ran.code).toBe(0);
  expect(ran.stderr).toContain(`at ${server.baseUrl}, through a bridge, in a window of`);
  const { config, health, models } = await seen();
  expect(health).toMatchObject({ bridge: 'codex-lmdeploy', upstream: server.baseUrl });
  const { base_url } = (config['model_providers'] as { lmdeploy: { base_url: string } }).lmdeploy;
  expect(base_url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/v1$/);
  await expect(fetch(base_url)).rejects.toThrow();
  expect(models).toMatchObject([OFFERS]);
  expect(await treeOf(home)).toEqual(before);
});

test('only what stays useless through a bridge is switched off', async () => {
  const { server, run, seen } = await setUp({ server: { release: '0.17' } });
  expect(await run('--base-url', server.baseUrl)).toMatchObject({ code: 0 });
  const { config } = await seen();
  expect(config).toMatchObject({ web_search: 'disabled', features: { view_image: false } });
  expect(config).not.toHaveProperty('agents');
  expect(config).not.toHaveProperty(['features', 'goals']);
});

test('--direct: the server itself, and all that LMDeploy drops is off', async () => {
  const { server, run, seen } = await setUp();
  const ran = await run('--base-url', server.baseUrl, '--direct');
  expect(ran.stderr).not.toContain('bridge');
  const { config, models } = await seen();
  expect(config).toMatchObject({
    agents: { enabled: false },
    features: { goals: false },
    model_providers: { lmdeploy: { base_url: server.baseUrl } },
  });
  expect(models?.[0]).not.toHaveProperty('apply_patch_tool_type');
});

describe('a catalog that the config names', () => {
  test('without apply_patch: Codex gets a copy that has it, and the file stays', async () => {
    const { init, run, seen, home } = await setUp();
    await init('--profile');
    const path = join(home, 'codex-lmdeploy/lmdeploy.catalog.json');
    const before = await readFile(path, 'utf8');
    expect(before).not.toContain('apply_patch_tool_type');
    expect(await run('hi')).toMatchObject({ code: 0 });
    const { models } = await seen();
    const { models: own } = JSON.parse(before) as { models: object[] };
    expect(models).toEqual(own.map((entry) => ({ ...entry, ...OFFERS })));
    expect(await readFile(path, 'utf8')).toBe(before);
  });

  test('with it: it is in force as it is', async () => {
    const { init, run, seen } = await setUp();
    await init('--bridge', '45999');
    expect(await run('hi')).toMatchObject({ code: 0 });
    expect((await seen()).models).toBeNull();
  });
});

describe('a bridge is not stacked upon another', () => {
  test('that the config leads to, running or not', async () => {
    const { init, run, seen, server } = await setUp();
    await init('--bridge', '45999');
    const ran = await run('hi');
    expect(ran.stderr).toContain(`at ${server.baseUrl}, through a bridge`);
    expect((await seen()).health?.upstream).toBe(server.baseUrl);
  });

  test('that is given in the place of a server', async () => {
    const { run, seen, server, home } = await setUp();
    const other = await startBridge(context({ home }).context, {
      upstream: server.baseUrl,
      model: null,
      port: 0,
    });
    onTestFinished(() => other.close());
    expect(await run('--base-url', other.baseUrl)).toMatchObject({ code: 0 });
    expect((await seen()).health?.upstream).toBe(server.baseUrl);
  });
});

describe('a proxy of the user’s does not catch the bridge', () => {
  const proxy = 'http://127.0.0.1:9';
  test.each([
    [{ HTTP_PROXY: proxy, NO_PROXY: 'localhost' }, 'localhost,127.0.0.1'],
    [{ http_proxy: proxy, no_proxy: 'localhost' }, 'localhost,127.0.0.1'],
    [{ ALL_PROXY: proxy, NO_PROXY: 'localhost', no_proxy: 'x' }, 'localhost,127.0.0.1'],
    [{ ALL_PROXY: proxy, NO_PROXY: '127.0.0.0/8,localhost' }, '127.0.0.0/8,localhost'],
    [{ NO_PROXY: 'gpu' }, 'gpu'],
  ])('%j', async (env: Record<string, string>, list) => {
    const { server, run, seen } = await setUp({ env });
    const address = server.baseUrl.replace('127.0.0.1', 'localhost');
    expect(await run('--base-url', address)).toMatchObject({ code: 0 });
    const { env: its } = await seen();
    // The upper-case one wins (Codex 0.169.0).
    expect(its['NO_PROXY'] ?? its['no_proxy']).toBe(list);
  });

  test('and without one Codex’s environment stays as it is', async () => {
    const { server, run, seen } = await setUp();
    await run('--base-url', server.baseUrl);
    expect((await seen()).env).not.toHaveProperty('NO_PROXY');
  });
});

test('a config for LMDeploy is gone by: what it switches off stays off', async () => {
  const { init, run, seen, home } = await setUp();
  await init();
  const path = join(home, 'config.toml');
  await writeFile(path, `${await readFile(path, 'utf8')}\n[agents]\nenabled = false\n`);
  expect(await run('hi')).toMatchObject({ code: 0 });
  expect((await seen()).config).not.toHaveProperty('agents');
});
