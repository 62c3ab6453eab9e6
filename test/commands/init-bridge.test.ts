import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startBridge } from '../../src/bridge/server.js';
import { initDocument } from '../../src/documents.js';
import { type StandInOptions, startStandIn } from '../../src/stand-in/server.js';
import { readToml } from '../../src/toml/read.js';
import { cli, context, PATH_WITH_CODEX, scratch } from '../cli.js';
import { freePort, hasIPv6 } from '../sockets.js';

const MINE = '# mine\nmodel = "gpt-5"   # stays\n\n[tui]\nnotifications = true\n';

async function setUp(options: StandInOptions = {}, env: Record<string, string> = {}) {
  const server = await startStandIn(options);
  onTestFinished(() => server.close());
  const home = join(await scratch(), 'home');
  await mkdir(home);
  await writeFile(join(home, 'config.toml'), MINE);
  const world = { home, env };
  const done = async (args: readonly string[]) => {
    const ran = await cli(args, world);
    expect(ran.code, ran.stderr).toBe(0);
    return ran;
  };
  return {
    server,
    home,
    world,
    done,
    port: await freePort(),
    init: (...args: string[]) => done(['init', ...args, '--yes', '--no-verify']),
    async config(name = 'config.toml') {
      return readToml(await readFile(join(home, name), 'utf8'));
    },
  };
}

const leadsTo = (address: string) => ({ model_providers: { lmdeploy: { base_url: address } } });
const bridgeOn = (port: number) => `http://127.0.0.1:${port}/v1`;

test('it writes the bridge’s address, says how to start it, and remove puts back every byte', async () => {
  const { server, home, init, config, done, port } = await setUp();
  const { stderr } = await init(server.baseUrl, '--bridge', `${port}`);
  expect(await config()).toMatchObject(leadsTo(bridgeOn(port)));
  expect(stderr).toContain(`codex-lmdeploy bridge ${server.baseUrl} --port ${port}`);
  expect(stderr).toContain('print service');
  await done(['remove', '--yes', '--no-verify']);
  expect(await readFile(join(home, 'config.toml'), 'utf8')).toBe(MINE);
});

test('--bridge alone is port 23334; a second init keeps it, --no-bridge goes back', async () => {
  const { server, init, config, done } = await setUp();
  await init(server.baseUrl, '--bridge');
  expect(await config()).toMatchObject(leadsTo('http://127.0.0.1:23334/v1'));
  const again = await init();
  expect(again.stderr).toContain('Already set up');
  expect(await config()).toMatchObject(leadsTo('http://127.0.0.1:23334/v1'));
  await init('--no-bridge');
  expect(await config()).toMatchObject(leadsTo(server.baseUrl));
  const { stdout } = await done(['models']);
  expect(stdout).toContain('Qwen');
});

test('the server behind is the configured one for every command', async () => {
  const { server, init, done, world, port } = await setUp();
  await init(server.baseUrl, '--bridge', `${port}`);
  expect((await done(['models'])).stdout).toBe('Qwen/Qwen3.5-35B-A3B\n');
  expect((await done(['print', 'provider'])).stdout).toContain(`base_url = "${bridgeOn(port)}"`);
  expect((await done(['print', 'service', 'systemd'])).stdout).toContain(
    `"bridge" "${server.baseUrl}" "--port" "${port}"`,
  );
  const looked = await cli(['doctor', '--only', 'server.reachable,config.provider'], world);
  expect(looked.stdout).toContain(`on ${server.baseUrl}, through the bridge on ${bridgeOn(port)}`);
});

test('another server goes behind the same bridge; only the journal has to know', async () => {
  const { server, init, config, done, port } = await setUp();
  await init(server.baseUrl, '--bridge', `${port}`, '--no-catalog');
  const before = await config();
  const other = await startStandIn({});
  onTestFinished(() => other.close());
  await init(other.baseUrl);
  expect(await config()).toEqual(before);
  await server.close();
  await done(['models']);
});

test('a bridge that is given for a server: Codex goes through it, to the server behind', async () => {
  const { server, home, init, config, done } = await setUp();
  const its = context({ home }).context;
  const bridge = await startBridge(its, { upstream: server.baseUrl, model: null, port: 0 });
  onTestFinished(() => bridge.close());
  const { stderr } = await init(bridge.baseUrl);
  expect(await config()).toMatchObject(leadsTo(bridge.baseUrl));
  // It runs, so nobody has to be told to start it.
  expect(stderr).not.toContain('codex-lmdeploy bridge');
  expect((await done(['models', bridge.baseUrl])).stdout).toContain('Qwen');
  await init(bridge.baseUrl, '--no-bridge');
  expect(await config()).toMatchObject(leadsTo(server.baseUrl));
});

test.skipIf(!hasIPv6)(
  'a bridge on ::1: what is said to start it does, and the service too (needs IPv6)',
  async () => {
    const { server, home, world, init, config, done, port } = await setUp();
    const its = context({ home }).context;
    const bridge = await startBridge(its, { upstream: server.baseUrl, model: null, port, host: '::1' });
    await init(bridge.baseUrl);
    expect(await config()).toMatchObject(leadsTo(`http://[::1]:${port}/v1`));
    await bridge.close();
    const again = await init();
    const line = `codex-lmdeploy bridge ${server.baseUrl} --port ${port} --host ::1`;
    expect(again.stderr).toContain(line);
    const looked = await cli(['doctor', '--only', 'bridge.running'], world);
    expect(looked.stdout).toContain(line);
    expect((await done(['print', 'service', 'systemd'])).stdout).toContain(
      `"bridge" "${server.baseUrl}" "--port" "${port}" "--host" "::1"`,
    );
  },
);

describe('with a Codex', () => {
  const env = { PATH: PATH_WITH_CODEX };

  test('the catalog offers apply_patch; goals stay on where they would end a session without a bridge', async () => {
    const { server, home, init, config, port } = await setUp({ release: '0.17' }, env);
    await init(server.baseUrl, '--bridge', `${port}`);
    expect(await config()).not.toHaveProperty('features');
    const path = join(home, 'codex-lmdeploy/catalog.json');
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({
      models: [{ apply_patch_tool_type: 'freeform', input_modalities: ['text'] }],
    });
    await init('--no-bridge');
    expect(await config()).toMatchObject({ features: { goals: false } });
    expect(await readFile(path, 'utf8')).not.toContain('apply_patch_tool_type');
  });

  test('a profile: lean but for what the bridge carries, and config.toml stays', async () => {
    const { server, home, init, config, port } = await setUp({}, env);
    await init(server.baseUrl, '--bridge', `${port}`, '--profile');
    const profile = await config('lmdeploy.config.toml');
    expect(profile).toMatchObject({ ...leadsTo(bridgeOn(port)), web_search: 'disabled' });
    expect(profile).not.toHaveProperty('agents');
    expect(profile).not.toHaveProperty(['features', 'goals']);
    expect(await readFile(join(home, 'config.toml'), 'utf8')).toBe(MINE);
  });
});

test('--json: the document as ever, and the steps name the bridge', async () => {
  const { server, init, port } = await setUp();
  const { stdout } = await init(server.baseUrl, '--bridge', `${port}`, '--json');
  const document = initDocument.parse(JSON.parse(stdout));
  expect(document.next).toContainEqual(expect.stringContaining(`codex-lmdeploy bridge ${server.baseUrl}`));
  expect(document.server?.baseUrl).toBe(server.baseUrl);
});

describe('wrong usage', () => {
  test.each([
    [['--bridge', '127.0.0.1:23333'], 'put the URL first'],
    [['--bridge', '0'], '1 to 65535'],
    [['--bridge', 'x'], '1 to 65535'],
    [['127.0.0.1:45998', '--bridge', '45998'], "the bridge's own address"],
    [['localhost:45998', '--bridge', '45998'], "the bridge's own address"],
    [['0.0.0.0:45998', '--bridge', '45998'], '--bridge PORT'],
  ])('%j', async (args, says) => {
    const { world } = await setUp();
    const { code, stderr } = await cli(['init', ...args, '--yes'], world);
    expect(code).toBe(2);
    expect(stderr).toContain(says);
  });
});

test('an address that was edited away from the bridge: doctor names the way back', async () => {
  const { server, home, init, world, port } = await setUp();
  await init(server.baseUrl, '--bridge', `${port}`);
  const path = join(home, 'config.toml');
  await writeFile(path, (await readFile(path, 'utf8')).replace(bridgeOn(port), 'http://gpu9:23333/v1'));
  const { stdout } = await cli(['doctor', server.baseUrl, '--only', 'config.changed'], world);
  expect(stdout).toContain(`which was ${bridgeOn(port)}`);
  expect(stdout).toContain(`codex-lmdeploy init ${server.baseUrl} --bridge ${port}`);
});
