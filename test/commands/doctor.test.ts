import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { CHECKS } from '../../src/doctor/checks/index.js';
import { checkListDocument, doctorDocument } from '../../src/documents.js';
import { type StandInOptions, startStandIn } from '../../src/stand-in/server.js';
import { cli, PATH_WITH_CODEX, scratch, type World } from '../cli.js';
import { front } from '../hostile/front.js';
import { closedPort, httpServer, isUsualPortTaken } from '../sockets.js';

async function standIn(options: StandInOptions = {}) {
  const server = await startStandIn(options);
  onTestFinished(() => server.close());
  return server;
}

function block(baseUrl: string, ...lines: string[]): string {
  return `model = "Qwen/Qwen3.5-35B-A3B"
model_provider = "lmdeploy"
[model_providers.lmdeploy]
name = "LMDeploy"
base_url = "${baseUrl}"
${lines.join('\n')}
`;
}

const HEALTHY = ['env_key = "LMDEPLOY_API_KEY"', 'wire_api = "responses"'];

async function homeWith(text: string): Promise<string> {
  const home = await scratch();
  await writeFile(join(home, 'config.toml'), text);
  return home;
}

/** The findings of one run by id. */
async function examine(args: string[], world: World) {
  const { code, stdout } = await cli(['doctor', '--json', ...args], world);
  const report = doctorDocument.parse(JSON.parse(stdout));
  expect(report.ok).toBe(code === 0);
  return { code, report, finding: (id: string) => report.checks.find((check) => check.id === id) };
}

const KEY = { LMDEPLOY_API_KEY: 'dummy' };

test('a healthy set-up passes every check, with the real Codex', async () => {
  const server = await standIn();
  // Without that, an image in a session is still worth a warning.
  const features = ['[features]', 'view_image = false'];
  const home = await homeWith(block(server.baseUrl, ...HEALTHY, ...features));
  const { code, report } = await examine([], { home, env: { ...KEY, PATH: PATH_WITH_CODEX } });
  expect(report.checks.filter(({ status }) => status !== 'pass')).toEqual([]);
  expect(code).toBe(0);
  expect(report.codex?.version).toBe('0.169.0');
  expect(report.server).toMatchObject({
    baseUrl: server.baseUrl,
    kind: 'lmdeploy',
    keyRequired: false,
    keyAccepted: true,
    responses: {
      answers: true,
      streams: true,
      toolCall: true,
      secondTurn: true,
      emptyArguments: true,
      reasoning: 'none',
    },
    contextWindow: 131_072,
    firstTurnTokens: expect.any(Number),
  });
  // Whether it is a bridge; the model list with and without the key; an empty input, a plain turn, two calls and the turns after them, Codex's own
  // first turn, and one input that is too long: nothing is asked twice.
  expect(server.requests.map(({ method, path }) => `${method} ${path}`).sort()).toEqual([
    'GET /healthz',
    ...Array(2).fill('GET /v1/models'),
    ...Array(8).fill('POST /v1/responses'),
  ]);
});

test('an empty home: only the config is at fault, the server is looked at all the same', async () => {
  const [server, home] = [await standIn(), await scratch()];
  const { code, finding } = await examine([server.baseUrl, '--skip', 'codex'], { home });
  expect(code).toBe(1);
  expect(finding('config.provider')).toMatchObject({
    status: 'fail',
    remedy: `codex-lmdeploy init ${server.baseUrl}`,
  });
  expect(finding('responses.tools')).toMatchObject({ status: 'pass' });
  expect(await readdir(home)).toEqual([]);
});

test('a server that is down: one failure with the launch line, the rest is skipped', async () => {
  const home = await homeWith(block(`${await closedPort()}/v1`, ...HEALTHY));
  const { code, report } = await examine(['--skip', 'codex'], { home, env: KEY });
  expect(code).toBe(1);
  expect(report.checks.filter(({ status }) => status === 'fail').map(({ id }) => id)).toEqual([
    'server.reachable',
  ]);
  expect(report.checks.find(({ id }) => id === 'server.reachable')?.remedy).toContain(
    'lmdeploy serve api_server Qwen/Qwen3.5-35B-A3B --tool-call-parser qwen3coder',
  );
  const skipped = report.checks.filter(({ status }) => status === 'skip');
  expect(skipped.map(({ detail }) => detail)).toEqual(expect.arrayContaining(['needs server.reachable']));
});

test.skipIf(await isUsualPortTaken())(
  'a config that names no address: that is the fault; to who asks about the server alone, it is down (skipped where port 23333 is taken)',
  async () => {
    const home = await scratch();
    await writeFile(join(home, 'config.toml'), 'model_provider = "azure"\n');
    const all = await cli(['doctor'], { home });
    expect(all.stdout).toMatch(/^✗ config\.provider/m);
    expect(all.stdout).toMatch(/^– server\.reachable .*names no address/m);
    for (const more of [[], ['--quiet'], ['--quiet', '--wait', '1']]) {
      const alone = await cli(['doctor', '--only', 'server', ...more], { home });
      expect(alone).toMatchObject({ code: 1, stdout: expect.stringMatching(/^✗ server\.reachable/m) });
    }
  },
);

describe('the config', () => {
  test.each([
    ['model = "x', 'config.syntax', /config\.toml:1:\d+/],
    ['model = "x"\n', 'config.provider', /selects no model_provider/],
    ['model_provider = "openai"\n', 'config.provider', /Codex's own/],
    ['model_provider = "azure"\n', 'config.provider', /no \[model_providers\.azure\]/],
    ['model_provider = "azure"\n[model_providers.azure]\nname = "A"\n', 'config.provider', /is "azure", not/],
    ['model_provider = "lmdeploy"\n', 'config.provider', /no \[model_providers\.lmdeploy\]/],
    [block('http://127.0.0.1:1/v1/responses', ...HEALTHY), 'config.provider', /not the \/v1 root/],
    [block('http://127.0.0.1:1', ...HEALTHY), 'config.provider', /not the \/v1 root/],
    [block('nonsense://x', ...HEALTHY), 'config.provider', /no http address/],
    [block('http://127.0.0.1:1/v1', 'wire_api = "chat"'), 'config.provider', /wire_api is "chat"/],
    [
      block('http://127.0.0.1:1/v1', 'requires_openai_auth = true'),
      'config.provider',
      /requires_openai_auth/,
    ],
    [
      block('http://127.0.0.1:1/v1', 'env_key = "A"', 'auth = {command = "x"}'),
      'config.provider',
      /auth stands/,
    ],
  ])('%j fails %s', async (text, id, detail) => {
    const home = await homeWith(text);
    const { code, finding } = await examine(['--only', 'config'], { home });
    expect(code).toBe(1);
    expect(finding(id)).toMatchObject({ status: 'fail', detail: expect.stringMatching(detail) });
    expect(finding(id)?.remedy).toBeTruthy();
  });

  test('Codex’s own words when it refuses the config', async () => {
    const home = await homeWith(
      `${block('http://127.0.0.1:1/v1', ...HEALTHY)}stream_idle_timeout_ms = "soon"\n`,
    );
    const { finding } = await examine(['--only', 'config.accepted'], {
      home,
      env: { PATH: PATH_WITH_CODEX },
    });
    expect(finding('config.accepted')).toMatchObject({
      status: 'fail',
      detail: expect.stringMatching(/config\.toml:8:\d+: /),
    });
  });

  test('an address on the command line that is not the configured one is named', async () => {
    const server = await standIn();
    const home = await homeWith(block('http://127.0.0.1:1/v1', ...HEALTHY));
    const { code, finding } = await examine([server.baseUrl, '--skip', 'codex'], { home, env: KEY });
    expect(finding('config.provider')).toMatchObject({
      status: 'warn',
      detail: expect.stringContaining(':1/v1'),
    });
    expect(finding('server.reachable')).toMatchObject({ status: 'pass' });
    expect(code).toBe(0);
    expect((await examine([server.baseUrl, '--skip', 'codex', '--strict'], { home, env: KEY })).code).toBe(1);
  });
});

test('the provider that init wrote under another id is the one that is looked at, by itself', async () => {
  const [server, home] = [await standIn({ apiKeys: ['k'] }), await scratch()];
  const env = { GPU_KEY: 'k' };
  const init = ['init', server.baseUrl, '--yes', '--provider-id', 'gpu', '--env-key', 'GPU_KEY'];
  expect(await cli(init, { home, env })).toMatchObject({ code: 0 });
  const { code, finding } = await examine(['--skip', 'codex'], { home, env });
  expect(code).toBe(0);
  expect(finding('config.provider')).toMatchObject({ status: 'pass' });
  expect(finding('key.variable')).toMatchObject({ detail: 'GPU_KEY is set' });
  expect((await cli(['models', '--json'], { home, env })).stdout).toContain('"configured": true');
  expect((await cli(['env', '--shell', 'sh'], { home })).stdout).toContain('GPU_KEY');
  const named = await examine(['--provider-id', 'lmdeploy', '--only', 'config'], { home, env });
  expect(named.finding('config.provider')).toMatchObject({ status: 'fail' });
  // One that somebody else wrote is not ours to guess at.
  const other = await homeWith(block(server.baseUrl, ...HEALTHY).replaceAll('lmdeploy', 'gpu'));
  const { finding: theirs } = await examine(['--only', 'config'], { home: other, env });
  expect(theirs('config.provider')).toMatchObject({
    status: 'fail',
    remedy: expect.stringContaining("--provider-id 'gpu'"),
  });
});

describe('the key variable', () => {
  test.each([
    [{}, 'fail', /not set/],
    [{ LMDEPLOY_API_KEY: '' }, 'fail', /empty/],
    [{ LMDEPLOY_API_KEY: 'sk-1234\n' }, 'warn', /line end/],
    [{ LMDEPLOY_API_KEY: 'Bearer sk-1234' }, 'warn', /Bearer/],
    [{ LMDEPLOY_API_KEY: 'schlüssel' }, 'warn', /characters/],
    [{ LMDEPLOY_API_KEY: 'x' }, 'pass', /is set/],
  ])('%j: %s', async (env, status, detail) => {
    const home = await homeWith(block('http://127.0.0.1:1/v1', ...HEALTHY));
    const { finding } = await examine(['--only', 'key.variable'], { home, env });
    expect(finding('key.variable')).toMatchObject({ status, detail: expect.stringMatching(detail) });
  });
});

describe('the server', () => {
  const only = ['--only', 'server,model,responses'];

  test.each([
    ['wrong', 'refuses the key in LMDEPLOY_API_KEY'],
    ['', 'LMDEPLOY_API_KEY is empty'],
    ['schlüssel', 'LMDEPLOY_API_KEY holds characters that'],
  ])('a server with keys, ours is %j', async (key, words) => {
    const server = await standIn({ apiKeys: ['right'] });
    const home = await homeWith(block(server.baseUrl, ...HEALTHY));
    const { code, finding } = await examine(only, { home, env: { LMDEPLOY_API_KEY: key } });
    expect(code).toBe(1);
    expect(finding('server.kind')).toMatchObject({ status: 'pass' });
    expect(finding('server.key')).toMatchObject({ status: 'fail', detail: expect.stringContaining(words) });
    expect(finding('responses.tools')).toMatchObject({ status: 'skip', detail: 'needs server.key' });
  });

  test('a model by another case is not served', async () => {
    const server = await standIn({ models: ['qwen/qwen3.5-35b-a3b'] });
    const home = await homeWith(block(server.baseUrl, ...HEALTHY));
    const { finding } = await examine(only, { home, env: KEY });
    expect(finding('model.served')).toMatchObject({
      status: 'fail',
      remedy: expect.stringContaining(`--model 'qwen/qwen3.5-35b-a3b'`),
    });
  });

  test('no tool parser', async () => {
    const server = await standIn({ toolCallParser: false });
    const home = await homeWith(block(server.baseUrl, ...HEALTHY));
    const { code, finding } = await examine(only, { home, env: KEY });
    expect(code).toBe(1);
    expect(finding('responses.stream')).toMatchObject({ status: 'pass' });
    expect(finding('responses.tools')).toMatchObject({
      status: 'fail',
      detail: expect.stringContaining('--tool-call-parser'),
      remedy: expect.stringContaining('--tool-call-parser qwen3coder --server-port'),
    });
  });

  test('no tool parser, and a model that thinks: the line has what its answers show to be needed', async () => {
    const script = () => ({ text: '<think>\nhm\n</think>\n\nready' });
    const server = await standIn({ toolCallParser: false, models: ['mine/Qwen3-Instruct'], script });
    const { finding } = await examine([server.baseUrl, '--only', 'responses'], {
      home: await scratch(),
      env: KEY,
    });
    expect(finding('responses.tools')).toMatchObject({
      remedy: expect.stringContaining('--tool-call-parser qwen3 --reasoning-parser default'),
    });
  });

  test('a small window on a server whose parser fits, for a model that is not known', async () => {
    const server = await standIn({ contextLength: 20_000, models: ['mymodel'] });
    const { finding } = await examine([server.baseUrl, '--only', 'responses.context'], {
      home: await scratch(),
      env: KEY,
    });
    expect(finding('responses.context')).toMatchObject({
      remedy: expect.stringMatching(/--session-len 65536 .*, NAME being the one that it has now$/),
    });
  });

  test('a sleeping engine: the line that wakes it up', async () => {
    const server = await standIn({ asleep: true });
    const home = await homeWith(block(server.baseUrl, ...HEALTHY));
    const { finding } = await examine(only, { home, env: KEY });
    expect(finding('server.awake')).toMatchObject({
      status: 'fail',
      detail: expect.stringContaining('Engine is sleeping'),
      remedy: expect.stringContaining(
        `content-type: application/json' ${server.baseUrl.replace('/v1', '/wakeup')}`,
      ),
    });
    expect(finding('responses.answers')).toMatchObject({ status: 'skip', detail: 'needs server.awake' });
  });

  test('an engine that fails', async () => {
    const server = await standIn({ script: () => ({ text: 'half', fail: true }) });
    const home = await homeWith(block(server.baseUrl, ...HEALTHY));
    const { finding } = await examine(only, { home, env: KEY });
    expect(finding('responses.answers')).toMatchObject({
      status: 'fail',
      detail: expect.stringContaining('An internal server error occurred.'),
    });
  });

  /** A model list, and a stream of two events that never completes. */
  const cutting = (whole: { status: number; type: string; body: string }) =>
    httpServer(async (request, response) => {
      let text = '';
      for await (const chunk of request) text += chunk;
      if (request.method === 'GET') {
        response.end('{"data":[{"id":"m","owned_by":"lmdeploy"}]}');
        return;
      }
      const streams = (JSON.parse(text) as { stream: boolean }).stream;
      response.writeHead(streams ? 200 : whole.status, {
        'content-type': streams ? 'text/event-stream' : whole.type,
      });
      const delta = '{"type":"response.output_text.delta","delta":"Hello"}';
      response.end(streams ? `data: {"type":"response.created"}\n\ndata: ${delta}\n\n` : whole.body);
    });

  test('a newer openai package on LMDeploy 0.16: named, with both ways out', async () => {
    const address = await cutting({ status: 500, type: 'text/plain', body: 'Internal Server Error' });
    const { finding } = await examine([address, ...only], { home: await scratch() });
    expect(finding('responses.answers')).toMatchObject({
      status: 'fail',
      detail: expect.stringContaining('"openai" package is 2.45 or newer'),
      remedy: expect.stringContaining("pip install 'openai<2.45'"),
    });
    expect(finding('responses.stream')).toMatchObject({ status: 'skip', detail: 'needs responses.answers' });
  });

  test('a stream that something cuts, while the answer in one piece is right', async () => {
    const body = '{"id":"r","status":"completed","output":[]}';
    const address = await cutting({ status: 200, type: 'application/json', body });
    const { finding } = await examine([address, ...only], { home: await scratch() });
    expect(finding('responses.answers')).toMatchObject({ status: 'pass' });
    expect(finding('responses.stream')).toMatchObject({
      status: 'fail',
      detail: expect.stringContaining('without response.completed'),
      remedy: expect.stringContaining('proxy_buffering off'),
    });
  });

  test('a first stream that a busy machine kept back is not taken for a gateway that collects', async () => {
    let streams = 0;
    const address = await front(({ type, body }, response) => {
      if (!type.startsWith('text/event-stream') || streams++ > 0) return false;
      setTimeout(() => response.writeHead(200, { 'content-type': type }).end(body), 1_100);
      return true;
    });
    const { finding } = await examine([address, ...only], { home: await scratch() });
    expect(finding('responses.stream')).toMatchObject({ status: 'pass' });
  });

  test('a web page on that port', async () => {
    const address = await httpServer((_, response) => response.end('<html><title>Grafana</title></html>'));
    const home = await homeWith(block(`${address}/v1`, ...HEALTHY));
    const { code, finding } = await examine(only, { home, env: KEY });
    expect(code).toBe(1);
    expect(finding('server.kind')).toMatchObject({
      status: 'fail',
      detail: expect.stringContaining('Grafana'),
    });
  });

  test.each([
    ['vllm', 'vLLM'],
    ['library', 'Ollama'],
    ['llamacpp', 'llama.cpp'],
  ])('another server that Codex can use is named: %s', async (owner, name) => {
    const item = { type: 'message', content: [{ type: 'output_text', text: 'ready' }] };
    const events = [
      { type: 'response.output_item.done', item },
      { type: 'response.completed', response: { id: 'r', status: 'completed', output: [item] } },
    ];
    const address = await httpServer((request, response) => {
      if (request.url === '/v1/models') {
        response.end(JSON.stringify({ data: [{ id: 'm', owned_by: owner, max_model_len: 40_960 }] }));
        return;
      }
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(''));
    });
    const { finding, report } = await examine([address, ...only], { home: await scratch() });
    expect(finding('server.kind')).toMatchObject({ status: 'warn', detail: expect.stringContaining(name) });
    expect(finding('responses.answers')).toMatchObject({ status: 'pass' });
    expect(finding('responses.context')).toMatchObject({
      status: 'pass',
      detail: expect.stringContaining('40,960'),
    });
    expect(report.server).toMatchObject({ kind: 'other', contextWindow: 40_960 });
  });

  test('a gateway before the server that wants a key of its own', async () => {
    const address = await httpServer((_, response) => {
      response.writeHead(401, { 'content-type': 'application/json' });
      response.end('{"message":"No API key found in request"}');
    });
    const home = await homeWith(block(`${address}/v1`, ...HEALTHY));
    const { finding, report } = await examine(only, { home, env: KEY });
    expect(finding('server.key')).toMatchObject({
      status: 'fail',
      detail: expect.stringMatching(/^A gateway before the server refuses the key.*No API key found/),
      remedy: expect.stringContaining('the gateway wants'),
    });
    expect(report.server).toMatchObject({ kind: null, keyAccepted: false });
  });

  test('a gateway that lists models to everybody and locks the turns', async () => {
    const address = await httpServer((request, response) => {
      if (request.url === '/v1/models') response.end('{"data":[{"id":"m","owned_by":"lmdeploy"}]}');
      else response.writeHead(403).end('{"message":"Forbidden"}');
    });
    const { finding, report } = await examine([address, ...only], { home: await scratch(), env: KEY });
    expect(finding('server.key')).toMatchObject({
      status: 'fail',
      detail: expect.stringMatching(/^A gateway .* refuses the key in LMDEPLOY_API_KEY.*Forbidden/),
    });
    expect(report.server).toMatchObject({ keyRequired: true, keyAccepted: false });
  });

  test.each([
    [{ 'retry-after': '7' }, {}, 'responses.answers', /overloaded.*come back after 7/],
    [
      {},
      { '/health': '{"status":"unhealthy","message":"Scheduler stalled."}' },
      'server.awake',
      /not healthy: Scheduler/,
    ],
    [{}, { '/is_sleeping': '{"is_sleeping":true}' }, 'server.awake', /The engine sleeps/],
  ])('a 503 and %j, %j: told apart, and nothing is woken up', async (headers, beside, id, detail) => {
    const asked: string[] = [];
    const address = await httpServer((request, response) => {
      const { method, url = '' } = request;
      asked.push(`${method} ${url}`);
      const body = (beside as Record<string, string>)[url];
      if (url === '/v1/models') response.end('{"data":[{"id":"m","owned_by":"lmdeploy"}]}');
      else if (body !== undefined) response.writeHead(url === '/health' ? 503 : 200).end(body);
      else if (method === 'GET') response.writeHead(404).end('{"detail":"Not Found"}');
      else response.writeHead(503, headers).end('{"error":{"message":"busy","type":"server_error"}}');
    });
    const { finding } = await examine([address, ...only], { home: await scratch() });
    expect(finding(id)).toMatchObject({
      status: 'fail',
      detail: expect.stringMatching(detail),
      remedy: expect.stringMatching(/^(codex-lmdeploy|lmdeploy|curl)/),
    });
    expect(asked.filter((one) => one.startsWith('POST'))).toEqual(['POST /v1/responses']);
  });

  test("LMDeploy's proxy", async () => {
    const address = await httpServer((request, response) => {
      const bodies: Record<string, string> = {
        '/v1/models': '{"object":"list","data":[{"id":"m","owned_by":"lmdeploy"}]}',
        '/nodes/status': '{"http://127.0.0.1:23333":{},"http://0.0.0.0:23334":{},"nonsense":{}}',
      };
      const body = bodies[request.url ?? ''];
      response.writeHead(body ? 200 : 404, { 'content-type': 'application/json' });
      response.end(body ?? '{"detail":"Not Found"}');
    });
    const { finding, report } = await examine([address, ...only], { home: await scratch() });
    expect(finding('server.kind')).toMatchObject({
      status: 'fail',
      detail: expect.stringMatching(/proxy.*http:\/\/127\.0\.0\.1:23333, http:\/\/127\.0\.0\.1:23334/),
      remedy: `codex-lmdeploy init http://127.0.0.1:23334   # one of them, or a front for all: codex-lmdeploy print nginx --from-proxy ${address}`,
    });
    expect(report.server?.kind).toBe('lmdeploy-proxy');
  });
});

describe('the turns of a session', () => {
  async function look(options: StandInOptions, ...lines: string[]) {
    const server = await standIn(options);
    const home = await homeWith(block(server.baseUrl, ...HEALTHY, ...lines));
    const { finding, report } = await examine(['--only', 'responses'], { home, env: KEY });
    return { finding, facts: report.server };
  }

  test('0.17 with a parser that sends no arguments: goals are on, or off', async () => {
    const on = await look({ release: '0.17' });
    expect(on.finding('responses.turn')).toMatchObject({ status: 'pass' });
    expect(on.finding('responses.arguments')).toMatchObject({
      status: 'fail',
      detail: expect.stringContaining('get_goal'),
      remedy: expect.stringContaining('codex-lmdeploy init http'),
    });
    const off = await look({ release: '0.17' }, '[features]', 'goals = false');
    expect(off.finding('responses.arguments')).toMatchObject({
      status: 'warn',
      remedy: expect.stringContaining("'lmdeploy>=0.18'"),
    });
    const other = await look({ release: '0.17', toolCallParser: 'qwen3coder' });
    expect(other.finding('responses.arguments')).toMatchObject({ status: 'pass' });
  });

  test('a second turn that is refused', async () => {
    const server = await standIn();
    // A gateway that lets no call back in.
    const gateway = await httpServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      if (body.includes('function_call_output')) {
        response.writeHead(400, { 'content-type': 'application/json' });
        response.end('{"error":{"message":"no calls here","type":"invalid_request_error"}}');
        return;
      }
      const { method = 'GET', headers } = request;
      const answer = await fetch(`${server.baseUrl.replace('/v1', '')}${request.url}`, {
        method,
        headers: { 'content-type': headers['content-type'] ?? 'application/json' },
        ...(method === 'POST' && { body }),
      });
      response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
      response.end(await answer.text());
    });
    const { finding, report } = await examine([gateway, '--only', 'responses'], { home: await scratch() });
    expect(finding('responses.tools')).toMatchObject({ status: 'pass' });
    expect(finding('responses.turn')).toMatchObject({
      status: 'fail',
      detail: expect.stringContaining('no calls here'),
      remedy: expect.stringContaining('pip install'),
    });
    expect(report.server?.responses.secondTurn).toBe(false);
  });

  test('raw thoughts in the answers, and answers taken for thoughts', async () => {
    const inline = await look({ script: () => ({ text: '<think>\nhm\n</think>\n\nready' }) });
    expect(inline.finding('responses.reasoning')).toMatchObject({
      status: 'warn',
      detail: expect.stringContaining('<think>'),
      remedy: expect.stringContaining('--reasoning-parser default'),
    });
    const empty = await look({ reasoningParser: true });
    expect(empty.finding('responses.reasoning')).toMatchObject({
      status: 'warn',
      detail: expect.stringContaining('empty'),
      remedy: expect.not.stringContaining('--reasoning-parser'),
    });
    const thinks: StandInOptions['script'] = ({ tools }) => ({
      text: `<think>\nhm\n</think>\n\n${tools.length > 0 ? '' : 'ready'}`,
      calls: tools.map((name) => ({ name, arguments: name === 'get_goal' ? '' : '{"cmd":"echo ready"}' })),
    });
    const apart = await look({ reasoningParser: true, script: thinks });
    expect(apart.finding('responses.reasoning')).toMatchObject({ status: 'pass' });
    expect(apart.facts?.responses.reasoning).toBe('separate');
  });

  test.each<[number, number | null, string, RegExp]>([
    [131_072, 131_072, 'pass', /131,072 tokens/],
    [131_072, null, 'pass', /131,072 tokens/],
    [65_536, 131_072, 'warn', /131,072 tokens, the server has 65,536/],
    [131_072, 65_536, 'warn', /65,536 tokens, the server has at least 65,/],
    [16_384, 16_384, 'warn', /window is 16,384 tokens/],
  ])('a server with %i tokens, a config with %s', async (contextLength, stated, status, detail) => {
    const server = await standIn({ contextLength });
    const window = stated === null ? '' : `model_context_window = ${stated}\n`;
    const home = await homeWith(window + block(server.baseUrl, ...HEALTHY));
    const { finding } = await examine(['--only', 'responses.context'], { home, env: KEY });
    expect(finding('responses.context')).toMatchObject({ status, detail: expect.stringMatching(detail) });
    // The search stops with the stated window.
    expect(server.requests.filter(({ path }) => path === '/v1/responses')).toHaveLength(4);
  });

  test('0.15 names no context length, so the window is told by its bounds', async () => {
    const { finding, facts } = await look({ release: '0.15' });
    expect(finding('responses.context')).toMatchObject({
      status: 'pass',
      detail: expect.stringMatching(
        /^at least \d,\d{3} tokens and at most 300,\d{3} tokens; Codex's first turn takes/,
      ),
    });
    expect(facts?.contextWindow).toBeNull();
  });
});

test('a server that redirects is named, with the address to use', async () => {
  const server = await standIn();
  const front = await httpServer((request, response) =>
    response.writeHead(307, { location: new URL(request.url ?? '', server.baseUrl).href }).end(),
  );
  const home = await homeWith(block(`${front}/v1`, ...HEALTHY));
  const { finding } = await examine(['--only', 'server.reachable'], { home, env: KEY });
  expect(finding('server.reachable')).toMatchObject({
    status: 'warn',
    detail: expect.stringContaining('the key stays behind'),
    remedy: `codex-lmdeploy init ${server.baseUrl}`,
  });
});

describe('the report for people', () => {
  test('a pipe gets plain text, a terminal colours, NO_COLOR none', async () => {
    const server = await standIn();
    const home = await homeWith(block(server.baseUrl, ...HEALTHY));
    const args = ['doctor', '--skip', 'codex'];
    const plain = await cli(args, { home, env: KEY });
    expect(plain.stdout).not.toContain('\u001b');
    expect(plain.stderr).toBe('');
    expect(plain.stdout.trimEnd().split('\n').at(-1)).toMatch(/^Ready: \d+ passed/);
    const coloured = await cli(args, { home, env: KEY, tty: true });
    expect(coloured.stdout).toContain('\u001b[32m✓');
    const bare = await cli(args, { home, env: { ...KEY, NO_COLOR: '1' }, tty: true });
    expect(bare.stdout).toBe(plain.stdout);
  });

  test('--quiet leaves only what is not fine', async () => {
    const server = await standIn();
    const home = await homeWith(block(server.baseUrl, ...HEALTHY));
    const args = ['doctor', '--skip', 'codex', '--quiet'];
    expect(await cli(args, { home, env: KEY })).toMatchObject({ code: 0, stdout: '', stderr: '' });
    const { code, stdout } = await cli(args, { home });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^✗ key\.variable/);
  });

  test('--list names every check, --json too', async () => {
    const home = await scratch();
    const { stdout } = await cli(['doctor', '--list'], { home });
    expect(stdout.trimEnd().split('\n')).toHaveLength(CHECKS.length);
    const json = await cli(['doctor', '--list', '--json'], { home });
    expect(checkListDocument.parse(JSON.parse(json.stdout)).checks.map(({ id }) => id)).toEqual(
      CHECKS.map(({ id }) => id),
    );
  });

  test('an unknown id exits with 2', async () => {
    const home = await scratch();
    expect(await cli(['doctor', '--only', 'nonsense'], { home })).toMatchObject({ code: 2 });
  });
});
