import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startBridge } from '../../src/bridge/server.js';
import { bridgeDocument, errorDocument } from '../../src/documents.js';
import { type StandInOptions, startStandIn } from '../../src/stand-in/server.js';
import { VERSION } from '../../src/version.js';
import { cli, context, scratch } from '../cli.js';
import { start } from '../program.js';
import { closedPort, freePort, hasIPv6 } from '../sockets.js';

const KEY = 'sk-lmd-bridge-5ecret';

async function standIn(options: StandInOptions = {}) {
  const server = await startStandIn(options);
  onTestFinished(() => server.close());
  return server;
}

/** `bridge` as a process of its own, once it listens. */
async function running(args: readonly string[], more: { home?: string; env?: Record<string, string> } = {}) {
  const home = more.home ?? (await scratch());
  const program = start(['bridge', ...args], { home, env: more.env ?? {} });
  onTestFinished(() => void program.child.kill('SIGKILL'));
  const said: string[] = [];
  program.child.stdout?.on('data', (text: string) => said.push(text));
  await expect.poll(() => said.join('')).toContain('\n');
  return { ...program, said: said.join('') };
}

const turn = (root: string, body: object = {}) =>
  fetch(`${root}/responses`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${KEY}` },
    body: JSON.stringify({ stream: true, input: 'a secret question', model: 'm', ...body }),
  });

test('it prints its address, serves, and Ctrl-C ends it with 130', async () => {
  const server = await standIn({ models: ['m'], apiKeys: [KEY] });
  const port = String(await freePort());
  const { child, said, ended, stderr } = await running([server.baseUrl, '--port', port, '--verbose']);
  const root = `http://127.0.0.1:${port}/v1`;
  expect(said).toBe(`${root}\n`);
  await expect.poll(stderr).toContain(`init ${server.baseUrl} --bridge ${port}`);
  const health = await (await fetch(`http://127.0.0.1:${port}/healthz`)).json();
  expect(health).toMatchObject({ bridge: 'codex-lmdeploy', version: VERSION, upstream: server.baseUrl });
  expect(await (await turn(root)).text()).toContain('response.completed');
  await expect.poll(stderr).toMatch(/^turn completed: first event after \d+ ms, \d+ tokens in, \d+ out$/m);
  child.kill('SIGINT');
  const end = await ended;
  expect(end.code).toBe(130);
  expect(end.stdout).toBe(said);
  expect(end.stderr).not.toContain(KEY);
  expect(end.stderr).not.toContain('secret question');
});

test('SIGTERM, as a service manager sends it: exit 0', async () => {
  const server = await standIn();
  const { child, ended } = await running([server.baseUrl, '--port', String(await freePort())]);
  child.kill('SIGTERM');
  expect((await ended).code).toBe(0);
});

test('--json: one document, once it listens', async () => {
  const server = await standIn();
  const port = String(await freePort());
  const { said } = await running([server.baseUrl, '--port', port, '--json']);
  expect(bridgeDocument.parse(JSON.parse(said))).toMatchObject({
    ok: true,
    baseUrl: `http://127.0.0.1:${port}/v1`,
    upstream: server.baseUrl,
  });
});

test('a server that is down: a warning, and each turn is told until it comes', async () => {
  const [down, port] = [await closedPort(), String(await freePort())];
  const { stderr, child } = await running([down, '--port', port]);
  await expect.poll(stderr).toContain('lmdeploy serve api_server');
  const root = `http://127.0.0.1:${port}/v1`;
  expect(await (await turn(root)).text()).toContain('response.failed');
  expect(child.exitCode).toBeNull();
  await standIn({ models: ['m'], port: Number(new URL(down).port) });
  expect(await (await turn(root)).text()).toContain('response.completed');
});

describe('which server', () => {
  test('LMDEPLOY_BASE_URL, where no address is given', async () => {
    const server = await standIn();
    const port = String(await freePort());
    await running(['--port', port], { env: { LMDEPLOY_BASE_URL: server.baseUrl } });
    const health = await (await fetch(`http://127.0.0.1:${port}/healthz`)).json();
    expect(health).toMatchObject({ upstream: server.baseUrl });
  });

  test('the one behind the bridge that the config leads to, on that one’s port', async () => {
    const [server, home, port] = [await standIn(), await scratch(), String(await freePort())];
    const init = ['init', server.baseUrl, '--bridge', port, '--yes', '--no-verify'];
    expect(await cli(init, { home })).toMatchObject({ code: 0 });
    const { said, stderr } = await running([], { home });
    expect(said).toBe(`http://127.0.0.1:${port}/v1\n`);
    await expect.poll(stderr).toContain(`Codex is set up to reach ${server.baseUrl} through it`);
  });
});

test.skipIf(!hasIPv6)(
  'on ::1: what is said leads Codex there, and from then on it is where it listens unasked (needs IPv6)',
  async () => {
    const [server, home, port] = [await standIn(), await scratch(), String(await freePort())];
    const first = await running([server.baseUrl, '--port', port, '--host', '::1'], { home });
    const root = `http://[::1]:${port}/v1`;
    expect(first.said).toBe(`${root}\n`);
    await expect.poll(first.stderr).toContain('For Codex to go through it: codex-lmdeploy init ');
    const line = /codex-lmdeploy (init \S+)/.exec(first.stderr())?.[1]?.replaceAll("'", '') ?? '';
    expect(await cli([...line.split(' '), '--yes', '--no-verify'], { home })).toMatchObject({ code: 0 });
    first.child.kill('SIGTERM');
    await first.ended;
    const next = await running([], { home });
    expect(next.said).toBe(`${root}\n`);
    await expect.poll(next.stderr).toContain(`Codex is set up to reach ${server.baseUrl} through it`);
    const other = String(await freePort());
    const elsewhere = await running(['--port', other], { home });
    expect(elsewhere.said).toBe(`http://127.0.0.1:${other}/v1\n`);
  },
);

describe('refused', () => {
  const refused = async (...args: string[]) => {
    const { code, stdout } = await cli(['bridge', ...args, '--json'], { home: await scratch() });
    expect(code).toBe(2);
    return errorDocument.parse(JSON.parse(stdout)).error;
  };

  test('another bridge’s port: that one is named', async () => {
    const server = await standIn();
    const its = context({ home: await scratch() }).context;
    const other = await startBridge(its, { upstream: server.baseUrl, model: null, port: 0 });
    onTestFinished(() => other.close());
    expect(await refused('gpu1:23333', '--port', `${other.port}`)).toMatchObject({
      code: 'port-taken',
      message: `A bridge to ${server.baseUrl} listens on port ${other.port} already (version ${VERSION}).`,
    });
  });

  test('a port on which something else listens', async () => {
    const other = createServer((_, response) => response.end('hello'));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void other.close());
    const { port } = other.address() as AddressInfo;
    const error = await refused('gpu1:23333', '--port', `${port}`);
    expect(error.code).toBe('port-taken');
    expect(error.message).toContain(`Port ${port}`);
  });

  test('its own address as the server', async () => {
    const port = String(await freePort());
    expect(await refused(`127.0.0.1:${port}`, '--port', port)).toMatchObject({
      code: 'usage',
      message: expect.stringContaining('own address'),
    });
  });

  test.each(['0.0.0.0', '::', '192.168.1.5', 'gpu1'])(
    '--host %s without --expose, which lets other machines in',
    async (host) => {
      expect(await refused('gpu1:23333', '--host', host)).toMatchObject({
        code: 'usage',
        hint: expect.stringContaining('--expose'),
      });
    },
  );

  test.each(['0', '65536', 'x'])('--port %s', async (port) => {
    expect(await refused('gpu1:23333', '--port', port)).toMatchObject({ code: 'usage' });
  });
});

test('--host ::1 is loopback too', async () => {
  const server = await standIn();
  const port = String(await freePort());
  const { said } = await running([server.baseUrl, '--host', '::1', '--port', port]);
  expect(said).toBe(`http://[::1]:${port}/v1\n`);
});
