import { describe, expect, onTestFinished, test } from 'vitest';
import { errorDocument, frontDocument } from '../../src/documents.js';
import { type StandInOptions, startStandIn } from '../../src/stand-in/server.js';
import { cli, scratch } from '../cli.js';
import { closedPort, httpServer } from '../sockets.js';

async function standIn(options: StandInOptions = {}): Promise<string> {
  const server = await startStandIn(options);
  onTestFinished(() => server.close());
  return server.baseUrl;
}

const named = (addresses: readonly string[]) => addresses.flatMap((address) => ['--server', address]);

async function print(args: readonly string[], env: Record<string, string> = {}) {
  return cli(['print', ...args], { home: await scratch(), env });
}

async function front(args: readonly string[], env?: Record<string, string>) {
  const ran = await print([...args, '--json'], env);
  expect(ran.code).toBe(0);
  return frontDocument.parse(JSON.parse(ran.stdout));
}

const QWEN = 'Qwen/Qwen3.5-35B-A3B';

test('sound servers go in, in the order given, and stdout is the file', async () => {
  const servers = [await standIn(), await standIn()];
  for (const what of ['nginx', 'haproxy']) {
    const { code, stdout, stderr } = await print([what, ...named(servers)]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const server of servers) expect(stdout).toContain(new URL(server).host);
    expect(await front([what, ...named(servers), '--port', '8080'])).toMatchObject({
      port: 8080,
      routes: [{ model: QWEN, path: '', servers }],
      warnings: [],
    });
  }
  // The first may stand where other things to print have their address.
  expect((await front(['nginx', servers[0] ?? '', '--server', servers[1] ?? ''])).routes[0]?.servers).toEqual(
    servers,
  );
});

describe('what is left out is named, and kept with --all', () => {
  const ODD: readonly { name: string; server: () => Promise<string>; id: string }[] = [
    { name: 'down', server: closedPort, id: 'server.reachable' },
    { name: 'no parser', server: () => standIn({ toolCallParser: false }), id: 'responses.tools' },
    { name: 'asleep', server: () => standIn({ asleep: true }), id: 'server.awake' },
    { name: 'another key', server: () => standIn({ apiKeys: ['sk-other'] }), id: 'server.key' },
  ];
  test.each(ODD)('$name', async ({ server, id }) => {
    const [sound, odd] = [await standIn(), await server()];
    const without = await front(['nginx', ...named([sound, odd])]);
    expect(without.routes).toEqual([{ model: QWEN, path: '', servers: [sound] }]);
    expect(without.warnings).toMatchObject([{ id, detail: expect.stringContaining('is left out: ') }]);
    expect(without.text).not.toContain(new URL(odd).host);
    const kept = await front(['nginx', ...named([sound, odd]), '--all']);
    expect(kept.routes[0]?.servers.map((one) => new URL(one).host)).toEqual(
      [sound, odd].map((one) => new URL(one).host),
    );
    expect(kept.warnings[0]).toMatchObject({ id, detail: expect.stringContaining('is kept (--all)') });
  });

  test('another model, which has a path of its own with --all', async () => {
    const [sound, other] = [await standIn(), await standIn({ models: ['other/Model'] })];
    const without = await front(['nginx', ...named([sound, other])]);
    expect(without.routes).toEqual([{ model: QWEN, path: '', servers: [sound] }]);
    expect(without.warnings).toMatchObject([
      { id: 'model.served', detail: expect.stringContaining('it serves other/Model, not Qwen') },
    ]);
    const both = await front(['nginx', ...named([sound, other]), '--all']);
    expect(both.warnings).toMatchObject([
      { id: 'model.served', remedy: expect.stringMatching(/by its path: codex-lmdeploy init/) },
    ]);
    expect(both.routes).toEqual([
      { model: QWEN, path: '/qwen3-5-35b-a3b', servers: [sound] },
      { model: 'other/Model', path: '/model', servers: [other] },
    ]);
    expect((await front(['nginx', ...named([sound, other]), '--model', 'other/Model'])).routes).toEqual([
      { model: 'other/Model', path: '', servers: [other] },
    ]);
  });

  test('all of them: nothing is printed', async () => {
    const ran = await print(['nginx', '--json', ...named([await standIn({ toolCallParser: false })])]);
    expect(ran.code).toBe(2);
    expect(errorDocument.parse(JSON.parse(ran.stdout)).error.code).toBe('server-unreachable');
    expect(ran.stderr).toContain('responses.tools');
  });
});

test('servers that are not alike go in, and it is said', async () => {
  const servers = [await standIn(), await standIn(), await standIn({ contextLength: 65_536 })];
  const { routes, warnings } = await front(['haproxy', ...named(servers)]);
  expect(routes[0]?.servers).toEqual(servers);
  expect(warnings).toMatchObject([
    { id: 'fleet.same', detail: `${servers[2]} takes 65,536 tokens (the others: 131,072).` },
  ]);
});

describe('--from-proxy', () => {
  const proxy = (nodes: object) =>
    httpServer((request, response) => {
      const body = request.url === '/nodes/status' ? nodes : null;
      response.writeHead(body ? 200 : 404).end(JSON.stringify(body ?? { detail: 'Not Found' }));
    });

  test('finds the nodes; those that can not be reached from here are named', async () => {
    const [first, second, gone] = [await standIn(), await standIn(), await closedPort()];
    const roots = [first, second, gone].map((one) => one.replace('/v1', ''));
    const { routes, warnings } = await front([
      'nginx',
      '--from-proxy',
      await proxy(Object.fromEntries(roots.map((root) => [root, {}]))),
    ]);
    expect(routes[0]?.servers).toEqual([first, second]);
    expect(warnings).toMatchObject([
      {
        id: 'server.reachable',
        detail: expect.stringMatching(`^${roots[2]}/v1 is left out: Nothing listens`),
      },
    ]);
  });

  test.each([
    ['a proxy without nodes', () => proxy({}), /No server is registered/],
    ['what is no proxy', () => standIn(), /is no LMDeploy proxy/],
    ['nothing', closedPort, /Nothing listens/],
  ])('%s', async (_, serve, says) => {
    const ran = await print(['nginx', '--from-proxy', await serve()]);
    expect(ran).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(says) });
  });
});

test('without a server it says how to name some', async () => {
  const { code, stderr } = await print(['haproxy'], { LMDEPLOY_BASE_URL: await standIn() });
  expect(code).toBe(2);
  expect(stderr).toMatch(/No servers are named.*\n.*--server http:\/\/gpu1:23333/);
});

test('the key goes to the servers and into nothing else', async () => {
  const server = await standIn({ apiKeys: ['sk-front-0123456789'] });
  const ran = await print(['nginx', ...named([server]), '--verbose'], {
    LMDEPLOY_API_KEY: 'sk-front-0123456789',
  });
  expect(ran.code).toBe(0);
  expect(ran.stdout + ran.stderr).not.toContain('sk-front');
});
