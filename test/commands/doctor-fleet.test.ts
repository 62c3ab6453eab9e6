import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { doctorDocument, errorDocument } from '../../src/documents.js';
import { type StandInOptions, startStandIn } from '../../src/stand-in/server.js';
import { cli, scratch } from '../cli.js';
import { front } from '../fleet/front.js';
import { closedPort, httpServer } from '../sockets.js';

const KEY = { LMDEPLOY_API_KEY: 'sk-fleet' };

async function standIn(options: StandInOptions = {}): Promise<string> {
  const server = await startStandIn(options);
  onTestFinished(() => server.close());
  return server.baseUrl;
}

/** The document of one look at several servers, and the check of the fleet by its id. */
async function look(args: readonly string[], home?: string) {
  const ran = await cli(['doctor', '--json', ...args], { home: home ?? (await scratch()), env: KEY });
  const report = doctorDocument.parse(JSON.parse(ran.stdout));
  expect(report.ok).toBe(ran.code === 0);
  return { report, fleet: (id: string) => report.checks.find((check) => check.id === `fleet.${id}`) };
}

const named = (addresses: readonly string[]) => addresses.flatMap((address) => ['--server', address]);

test('servers that are alike, behind a front that keeps sessions together and streams', async () => {
  const servers = [await standIn(), await standIn(), await standIn()];
  const { report, fleet } = await look([await front(servers), ...named(servers)]);
  expect(report.ok).toBe(true);
  expect(report.fleet?.map(({ server, summary }) => [server.baseUrl, summary.fail])).toEqual(
    servers.map((baseUrl) => [baseUrl, 0]),
  );
  expect(fleet('same')).toMatchObject({ status: 'pass' });
  expect(fleet('sticky')).toMatchObject({
    status: 'pass',
    detail: expect.stringMatching(/^6 sessions, each on one server: \d on 127\.0\.0\.1:\d+/),
  });
  expect(fleet('streams')).toMatchObject({ status: 'pass' });
});

describe('a fleet with a fault', () => {
  const FAULTS: readonly { name: string; odd: StandInOptions; says: RegExp; remedy?: RegExp }[] = [
    {
      name: 'another model',
      odd: { models: ['other/Model'] },
      says: /serves other\/Model \(the others: Qwen\//,
    },
    {
      name: 'an older release',
      odd: { release: '0.16' },
      says: /is LMDeploy 0\.16 \(the others: 0\.18\+\)/,
      remedy: /^pip install -U 'lmdeploy>=0\.18' && lmdeploy serve/,
    },
    {
      name: 'another context length',
      odd: { contextLength: 32_768 },
      says: /takes 32,768 tokens \(the others: 131,072\)/,
      remedy: /--session-len 131072/,
    },
    { name: 'no parser', odd: { toolCallParser: false }, says: /does not recognise the model’s calls/ },
    {
      name: 'another key',
      odd: { apiKeys: ['sk-other'] },
      says: /wants a key, unlike the others/,
      // The others are to want one too, rather than this one none.
      remedy: /^lmdeploy serve api_server Qwen\S+ .*--api-keys "\$LMDEPLOY_API_KEY"/,
    },
    { name: 'one asleep', odd: { asleep: true }, says: /is asleep/ },
  ];
  test.each(FAULTS)('$name', async ({ odd, says, remedy = /^lmdeploy serve api_server / }) => {
    const servers = [await standIn(), await standIn(), await standIn(odd)];
    const { report, fleet } = await look(named(servers));
    expect(report.ok).toBe(false);
    const { host } = new URL(servers[2] ?? '');
    expect(fleet('same')).toMatchObject({ status: 'fail', detail: expect.stringMatching(says) });
    // Nothing is said of those that are right.
    expect(fleet('same')?.detail.startsWith(`${host} `)).toBe(true);
    expect(fleet('same')?.detail).not.toContain(new URL(servers[0] ?? '').host);
    expect(fleet('same')?.remedy).toMatch(remedy);
  });

  test('a key that only the others take', async () => {
    const servers = [
      await standIn({ apiKeys: ['sk-fleet'] }),
      await standIn({ apiKeys: ['sk-fleet'] }),
      await standIn({ apiKeys: ['sk-other'] }),
    ];
    const { report, fleet } = await look(named(servers));
    expect(fleet('same')?.detail).toMatch(/does not take the key that the others take/);
    expect(report.fleet?.[2]?.checks.find(({ id }) => id === 'server.key')?.status).toBe('fail');
  });

  test.each([true, false])(
    'one of two that lets anybody in is to get a key (named first: %s)',
    async (isFirst) => {
      const [open, locked] = [
        await standIn(),
        await standIn({ models: ['Other/M'], apiKeys: ['sk-unknown'] }),
      ];
      const { fleet } = await look(named(isFirst ? [open, locked] : [locked, open]));
      const { port } = new URL(open);
      expect(fleet('same')?.remedy).toMatch(
        new RegExp(`^lmdeploy serve api_server Qwen/\\S+ .*--server-port ${port} .*--api-keys`),
      );
    },
  );

  test('one down', async () => {
    const down = await closedPort();
    const { report, fleet } = await look(named([await standIn(), await standIn(), down]));
    expect(fleet('same')).toMatchObject({
      status: 'fail',
      detail: `${new URL(down).host} does not answer.`,
    });
    expect(report.fleet?.[2]?.checks.find(({ id }) => id === 'server.reachable')?.status).toBe('fail');
  });

  test('a front without stickiness, and one that collects the stream', async () => {
    const servers = [await standIn(), await standIn()];
    const { report, fleet } = await look([
      await front(servers, { sticky: false, buffers: true }),
      ...named(servers),
    ]);
    const remedy = expect.stringMatching(/^codex-lmdeploy print nginx --server http:\S+ --server http:\S+ /);
    expect(fleet('same')).toMatchObject({ status: 'pass' });
    expect(fleet('sticky')).toMatchObject({ status: 'warn', remedy });
    expect(fleet('streams')).toMatchObject({ status: 'warn', remedy });
    // Both are warnings; --strict takes them for more.
    expect(report.ok).toBe(true);
  });

  test('a front that shows no more than /v1 leaves open which server answers', async () => {
    const servers = [await standIn(), await standIn()];
    const { fleet } = await look([await front(servers, { onlyV1: true }), ...named(servers)]);
    expect(fleet('sticky')).toMatchObject({ status: 'skip', detail: expect.stringContaining('/metrics') });
  });
});

describe('which servers there are', () => {
  test("those behind LMDeploy's proxy, and the proxy itself is no front for Codex", async () => {
    const servers = [await standIn(), await standIn()];
    const nodes = Object.fromEntries(servers.map((one) => [one.replace('/v1', ''), {}]));
    const proxy = await httpServer((request, response) => {
      const bodies: Record<string, object> = {
        '/v1/models': { object: 'list', data: [{ id: 'm', owned_by: 'lmdeploy' }] },
        '/nodes/status': nodes,
      };
      const body = bodies[request.url ?? ''];
      response.writeHead(body ? 200 : 404).end(JSON.stringify(body ?? { detail: 'Not Found' }));
    });
    const { report } = await look(['--each', proxy]);
    expect(report.fleet?.map(({ server }) => server.baseUrl)).toEqual(servers);
    expect(report.checks.find(({ id }) => id === 'server.kind')).toMatchObject({
      status: 'fail',
      remedy: expect.stringContaining(`codex-lmdeploy print nginx --from-proxy ${proxy}`),
    });
  });

  test('those that the profiles of this home name', async () => {
    const home = await scratch();
    const servers = [await standIn(), await standIn(), await standIn()];
    const text = (baseUrl: string) =>
      `model_provider = "lmdeploy"\n[model_providers.lmdeploy]\nname = "L"\nbase_url = "${baseUrl}"\nwire_api = "responses"\n`;
    const files = ['config.toml', 'a.config.toml', 'b.config.toml'];
    for (const [index, name] of files.entries())
      await writeFile(join(home, name), text(servers[index] ?? ''));
    // One that is not ours says nothing.
    await writeFile(join(home, 'mine.config.toml'), 'model_provider = "openai"\n');
    const { report } = await look(['--each'], home);
    expect(report.fleet?.map(({ server }) => server.baseUrl)).toEqual(servers);
  });

  test('those of profiles for different models are not held against each other', async () => {
    const home = await scratch();
    const servers = [
      await standIn({ models: ['a/First'] }),
      await standIn({ models: ['b/Second'] }),
      await standIn({ models: ['b/Second'], contextLength: 32_768 }),
    ];
    const init = (...flags: string[]) => cli(['init', ...flags, '--yes', '--no-catalog'], { home, env: KEY });
    expect(await init(servers[0] ?? '')).toMatchObject({ code: 0 });
    expect(await init(servers[1] ?? '', '--profile', 'second')).toMatchObject({ code: 0 });
    const two = await look(['--each'], home);
    expect(two.report.fleet?.map(({ summary }) => summary.fail)).toEqual([0, 0]);
    expect(two.fleet('same')).toMatchObject({ status: 'skip' });
    // Of one model there are two now, and they differ.
    expect(await init(servers[2] ?? '', '--profile', 'third')).toMatchObject({ code: 0 });
    const three = await look(['--each'], home);
    expect(three.fleet('same')).toMatchObject({
      status: 'fail',
      detail: `${new URL(servers[2] ?? '').host} takes 32,768 tokens (the others: 131,072).`,
      remedy: expect.stringMatching(/^lmdeploy serve api_server b\/Second .*--session-len 131072/),
    });
  });

  test('without a config the usual address is not one of them', async () => {
    const home = await scratch();
    const servers = [await standIn(), await standIn()];
    for (const [index, baseUrl] of servers.entries())
      await writeFile(
        join(home, `${index}.config.toml`),
        `model_provider = "lmdeploy"\n[model_providers.lmdeploy]\nname = "L"\nbase_url = "${baseUrl}"\n`,
      );
    const { report } = await look(['--each'], home);
    expect(report.fleet?.map(({ server }) => server.baseUrl)).toEqual(servers);
  });

  test('one alone is no fleet', async () => {
    const ran = await cli(['doctor', '--each', '--json', await standIn()], {
      home: await scratch(),
      env: KEY,
    });
    expect(ran.code).toBe(2);
    expect(errorDocument.parse(JSON.parse(ran.stdout)).error).toMatchObject({
      code: 'usage',
      hint: expect.stringContaining('--server'),
    });
  });
});

test('the report for people: a table, what is wrong with each, and all together', async () => {
  const [first, second] = [await standIn(), await standIn({ toolCallParser: false })];
  const ran = await cli(['doctor', ...named([first, second])], { home: await scratch(), env: KEY });
  expect(ran.code).toBe(1);
  const lines = ran.stdout.split('\n');
  expect(lines[0]).toMatch(/^ {2}server +release +window +calls +key +models$/);
  expect(lines[1]).toMatch(new RegExp(`^✓ ${first} +0\\.18\\+ +131,072 +yes +not needed +Qwen/`));
  expect(lines[2]).toMatch(new RegExp(`^✗ ${second} +0\\.18\\+ +131,072 +no +not needed +Qwen/`));
  expect(ran.stdout).toContain(`\n\n${second}\n✗ responses.tools`);
  expect(ran.stdout).not.toContain(`\n\n${first}\n`);
  expect(lines.at(-2)).toMatch(/^Not ready: /);
  const healthy = named([first, await standIn()]);
  const quiet = await cli(['doctor', '--quiet', ...healthy], { home: await scratch(), env: KEY });
  expect(quiet).toEqual({ code: 0, stdout: '', stderr: '' });
});
