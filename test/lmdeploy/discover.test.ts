import { expect, onTestFinished, test } from 'vitest';
import { Client } from '../../src/lmdeploy/client.js';
import { discover } from '../../src/lmdeploy/discover.js';
import { RELEASES } from '../../src/stand-in/release.js';
import { type StandInOptions, startStandIn } from '../../src/stand-in/server.js';
import { lookAt } from '../look-at.js';
import { httpServer } from '../sockets.js';

async function standIn(options: StandInOptions = {}) {
  const server = await startStandIn(options);
  onTestFinished(() => server.close());
  return server;
}

test.each<[string, StandInOptions, string | undefined, object]>([
  [
    'an open server',
    {},
    'dummy',
    {
      kind: 'lmdeploy',
      keyRequired: false,
      keyAccepted: true,
      responses: { answers: true, streams: true, toolCall: true },
    },
  ],
  ['no key sent', {}, undefined, { keyRequired: false, keyAccepted: null }],
  [
    'the right key',
    { apiKeys: ['k'] },
    'k',
    { keyRequired: true, keyAccepted: true, responses: { answers: true } },
  ],
  [
    'a wrong key',
    { apiKeys: ['k'] },
    'w',
    { kind: 'lmdeploy', keyRequired: true, keyAccepted: false, models: [], responses: { answers: null } },
  ],
  ['no key where one is wanted', { apiKeys: ['k'] }, undefined, { keyRequired: true, keyAccepted: null }],
  [
    'no parser',
    { toolCallParser: false },
    'd',
    { responses: { answers: true, streams: true, toolCall: false } },
  ],
  ['adapters', { models: ['a', 'b'] }, 'd', { models: ['a', 'b'], asleep: false }],
  [
    'a call that our own limit cuts',
    {
      script: () => ({
        calls: [{ name: 'exec_command', arguments: JSON.stringify({ cmd: 'x'.repeat(4_000) }) }],
      }),
    },
    'd',
    { responses: { toolCall: null } },
  ],
  ['a sleeping engine', { asleep: true }, 'd', { asleep: true, responses: { answers: false } }],
  ['a sleeping engine of 0.14', { asleep: true, release: '0.14' }, 'd', { asleep: true, release: null }],
  [
    'a failing engine',
    { script: () => ({ fail: true }) },
    'd',
    { responses: { answers: false, streams: false, toolCall: null } },
  ],
  [
    'arguments that are no JSON',
    {
      script: ({ tools }) =>
        tools.length ? { calls: [{ name: 'exec_command', arguments: '{"cmd"' }] } : { text: 'x' },
    },
    'd',
    { responses: { answers: true, toolCall: false } },
  ],
  [
    'a window too small for anything',
    { contextLength: 10 },
    'd',
    { responses: { answers: false, streams: null } },
  ],
])('%s', async (_, options, key, expected) => {
  const { facts } = await lookAt((await standIn(options)).baseUrl, key);
  expect(facts).toMatchObject(expected);
});

/** A server of a few lines: a model list, and `respond` for `/v1/responses`. */
function server(
  respond: (stream: boolean) => { status?: number; type: string; body: string },
  owner = 'lmdeploy',
) {
  return httpServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    if (request.url === '/v1/models') {
      response.end(JSON.stringify({ data: [{ id: 'm', owned_by: owner }] }));
      return;
    }
    const { status = 200, type, body } = respond(JSON.parse(text || '{}').stream === true);
    response.writeHead(status, { 'content-type': type }).end(body);
  });
}

const event = (data: object) => `data: ${JSON.stringify(data)}\n\n`;
const item = { type: 'message', content: [{ type: 'output_text', text: 'hi' }] };
const done = event({ type: 'response.output_item.done', item });
const response = { id: 'r', status: 'completed', output: [item] };
const completed = event({ type: 'response.completed', response });

test.each([
  ['without output_item.done', completed, /output_item\.done/],
  ['without response.completed', done, /without response\.completed/],
  [
    'with an item that lacks a field',
    event({ type: 'response.output_item.done', item: { type: 'message' } }),
    /item\.content/,
  ],
  ['of something else', 'data: hello\n\n', /not JSON/],
])('a stream %s is broken, and says where', async (_, body, problem) => {
  const address = await server((stream) =>
    stream
      ? { type: 'text/event-stream', body }
      : { type: 'application/json', body: JSON.stringify(response) },
  );
  const { facts, evidence } = await lookAt(`${address}/v1`);
  expect(facts.responses).toMatchObject({ answers: true, streams: false, toolCall: null });
  expect(evidence.opening?.text).toEqual({ state: 'broken', problem: expect.stringMatching(problem) });
  expect(evidence.opening?.unstreamed).toMatchObject({ state: 'whole' });
});

test('what other servers put into a stream is no fault', async () => {
  const body = `${event({ type: 'response.reasoning.delta', delta: 'hm' })}${done}data: [DONE]\n\n${completed}`;
  const address = await server(() => ({ type: 'text/event-stream', body }), 'vllm');
  expect((await lookAt(`${address}/v1`)).facts).toMatchObject({
    kind: 'other',
    responses: { streams: true },
  });
});

test('an answer in one piece is an answer, but no stream', async () => {
  const address = await server(() => ({ type: 'application/json', body: JSON.stringify(response) }));
  expect((await lookAt(`${address}/v1`)).facts.responses).toMatchObject({ answers: true, streams: false });
});

test('LMDeploy 0.16 with a newer openai: cut after the deltas, a bare 500 without streaming', async () => {
  const cut =
    event({ type: 'response.created' }) + event({ type: 'response.output_text.delta', delta: 'Hello' });
  const address = await server((stream) =>
    stream
      ? { type: 'text/event-stream', body: cut }
      : { status: 500, type: 'text/plain', body: 'Internal Server Error' },
  );
  const { evidence } = await lookAt(`${address}/v1`);
  expect(evidence.opening).toMatchObject({
    text: { state: 'broken' },
    unstreamed: { state: 'refused', error: { message: 'Internal Server Error' } },
  });
  expect(evidence.tool).toBeNull();
});

test('nothing is asked twice, and no model means no turn', async () => {
  const one = await standIn();
  const client = new Client({
    baseUrl: one.baseUrl,
    key: undefined,
    env: {},
    signal: new AbortController().signal,
    askTimeoutMs: 20_000,
    generateTimeoutMs: 20_000,
  });
  onTestFinished(() => client.close());
  const discovery = discover(client, async () => null);
  expect(await discovery.evidence()).toBeNull();
  await Promise.all([
    discovery.models(),
    discovery.opening(),
    discovery.tool(),
    discovery.tool(),
    discovery.models(),
  ]);
  expect(one.requests.map(({ path }) => path)).toEqual(['/v1/models']);
});

test.each(RELEASES)('the release is told by its answers: %s', async (release) => {
  const { facts } = await lookAt((await standIn({ release })).baseUrl);
  const told = { '0.18': '0.18+', '0.16-broken-openai': '0.16', '0.15': '0.14-0.15', '0.14': '0.14-0.15' };
  expect(facts.release).toBe(told[release as keyof typeof told] ?? release);
  expect(facts.responses.answers).toBe(release !== '0.16-broken-openai');
});
