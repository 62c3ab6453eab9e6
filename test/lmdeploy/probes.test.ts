import { describe, expect, onTestFinished, test } from 'vitest';
import { Client } from '../../src/lmdeploy/client.js';
import { discover } from '../../src/lmdeploy/discover.js';
import { explain } from '../../src/lmdeploy/facts.js';
import { windowBounds } from '../../src/lmdeploy/told-window.js';
import type { ReleaseName } from '../../src/stand-in/release.js';
import type { Script } from '../../src/stand-in/script.js';
import { type StandInOptions, startStandIn } from '../../src/stand-in/server.js';
import { firstTurn } from '../first-turn.js';
import { lookAt } from '../look-at.js';
import { httpServer } from '../sockets.js';

const LOOK = { firstTurn: async () => firstTurn() };

async function standIn(options: StandInOptions = {}) {
  const server = await startStandIn(options);
  onTestFinished(() => server.close());
  return server;
}

const look = async (options: StandInOptions, more: Parameters<typeof lookAt>[2] = LOOK) =>
  lookAt((await standIn(options)).baseUrl, 'dummy', more);

describe('what each release does with turns', () => {
  test.each<[ReleaseName, string, boolean, string | null]>([
    ['0.18', 'qwen3', true, 'dropped'],
    ['0.18', 'qwen3coder', true, 'dropped'],
    ['0.17', 'qwen3', false, 'passed'],
    ['0.17', 'qwen3coder', true, null],
    ['0.16', 'qwen3', false, 'passed'],
    ['0.16', 'glm47', true, 'passed'],
    ['0.15', 'qwen3', false, 'passed'],
    ['0.14', 'qwen3coder', true, 'passed'],
  ])('%s with %s', async (release, toolCallParser, emptyArguments, undeclaredCalls) => {
    const { facts, evidence } = await look({ release, toolCallParser });
    expect(facts.responses).toMatchObject({
      toolCall: true,
      secondTurn: true,
      emptyArguments,
      undeclaredCalls,
    });
    expect(evidence.second?.ownCall).toBe(true);
    expect(explain(evidence).emptyArguments.evidence).toContain(
      emptyArguments ? 'the arguments "{}"' : 'refused (400): Tool call arguments contain invalid JSON',
    );
  });

  test('a model that makes no call leaves open what follows a call of its own', async () => {
    const { facts, evidence } = await look({ release: '0.17', script: () => ({ text: 'no' }) });
    expect(facts.responses).toMatchObject({ toolCall: false, secondTurn: true, emptyArguments: null });
    expect(evidence.second?.ownCall).toBe(false);
  });

  test('a call that our own limit cuts is not sent back as it is', async () => {
    const long = JSON.stringify({ cmd: 'x'.repeat(4_000) });
    const script: Script = ({ tools }) => ({ calls: tools.map((name) => ({ name, arguments: long })) });
    const { facts, evidence } = await look({ script });
    expect(facts.responses).toMatchObject({ toolCall: null, secondTurn: true, emptyArguments: null });
    expect(evidence.second?.ownCall).toBe(false);
  });
});

describe('reasoning', () => {
  const answers =
    (text: string): Script =>
    ({ tools }) => ({
      text,
      calls: tools.map((name) => ({ name, arguments: name === 'get_goal' ? '' : '{"cmd":"echo ready"}' })),
    });
  const thought = (words: string) => `<think>\n${words}\n</think>\n\nready`;

  test.each<[string, StandInOptions, string | null]>([
    ['none', { script: answers('ready') }, 'none'],
    ['raw in the answer', { script: answers(thought('hm')) }, 'inline'],
    ['raw, its first tag in the prompt', { script: answers('hm\n</think>\n\nready') }, 'inline'],
    ['raw, and cut', { script: answers(thought('hm '.repeat(200))) }, 'inline'],
    ['kept apart', { script: answers(thought('hm')), reasoningParser: true }, 'separate'],
    [
      'kept apart, and cut',
      { script: answers(thought('hm '.repeat(200))), reasoningParser: true },
      'separate',
    ],
    [
      '0.15: kept apart',
      { script: answers(thought('hm '.repeat(20))), reasoningParser: true, release: '0.15' },
      'separate',
    ],
    ['0.15: one word', { script: answers('ready'), release: '0.15' }, 'none'],
    ['0.15: too long to be sure', { script: answers('I am ready, as you can see.'), release: '0.15' }, null],
    ['cut before it is told', { script: answers('hm '.repeat(200)) }, null],
    [
      'a parser that takes the answer for a thought',
      { script: answers('ready'), reasoningParser: true },
      'separate',
    ],
  ])('%s', async (_, options, reasoning) => {
    expect((await look(options)).facts.responses.reasoning).toBe(reasoning);
  });
});

describe('how much fits', () => {
  test.each([4_096, 8_192, 32_768, 131_072, 262_144, 400_000, 1_000_000])(
    '%i tokens',
    async (contextLength) => {
      const { facts, requests } = await look({ contextLength });
      expect(facts.contextWindow).toBe(contextLength);
      expect(facts.firstTurnTokens).toBeGreaterThan(4_096);
      expect(requests.length).toBeLessThanOrEqual(12);
    },
  );

  test("Codex's first turn is counted, and fits or not", async () => {
    const small = await look({ contextLength: 4_096 });
    expect(small.evidence.firstTurn).toMatchObject({ fits: false, contextLength: 4_096 });
    const large = await look({ contextLength: 16_384 });
    expect(large.evidence.firstTurn?.fits).toBe(true);
    expect(large.facts.firstTurnTokens).toBe(small.facts.firstTurnTokens);
  });

  test.each<ReleaseName>(['0.15', '0.14'])('%s tells bounds, and they are true', async (release) => {
    const { facts, evidence } = await look({ release, contextLength: 40_000 });
    expect(facts.contextWindow).toBeNull();
    const { atLeast, atMost } = windowBounds(evidence);
    expect(atLeast).toBe(facts.firstTurnTokens);
    expect(atMost).toBeGreaterThanOrEqual(300_000);
    const small = await look({ release, contextLength: 4_096 });
    expect(small.evidence.firstTurn?.fits).toBe(false);
    expect(windowBounds(small.evidence)).toMatchObject({
      atLeast: null,
      atMost: small.facts.firstTurnTokens,
    });
  });

  test('0.15, where the input fits: the client hangs up as soon as the model speaks', async () => {
    const { evidence } = await look({ release: '0.15', contextLength: 1_000_000 });
    expect(evidence.lengths?.map(({ fits }) => fits)).toEqual([true, true, false]);
    expect(windowBounds(evidence).atLeast).toBe(600_001);
  });

  test.each<[number, boolean, number | null, number]>([
    [65_536, true, 65_536, 1],
    [65_536, false, 65_536, 1],
    [200_000, true, 65_536, 1],
    [32_768, true, 65_536, 2],
    [32_768, false, null, 1],
  ])('a stated window of %i, searching further: %s', async (statedWindow, searchFurther, told, tries) => {
    const { facts, evidence } = await look({ contextLength: 65_536 }, { statedWindow, searchFurther });
    expect(facts.contextWindow).toBe(told);
    expect(evidence.lengths).toHaveLength(tries);
  });

  test('a window that no input fills stays open, in 12 requests', async () => {
    const { facts, evidence, requests } = await look(
      { contextLength: 3_000_000 },
      { ...LOOK, statedWindow: 8_192 },
    );
    expect(facts.contextWindow).toBeNull();
    expect(windowBounds(evidence)).toMatchObject({ atLeast: expect.any(Number), atMost: null });
    expect(requests).toHaveLength(12);
  });
});

describe('how it asks', () => {
  test('every probe fits a window of 4,096 tokens, and the limits add up to less than 300', async () => {
    const server = await standIn({ contextLength: 4_096 });
    const { facts } = await lookAt(server.baseUrl, 'dummy', LOOK);
    expect(facts.responses).toMatchObject({
      answers: true,
      toolCall: true,
      secondTurn: true,
      emptyArguments: true,
    });
    const limits = server.requests.map(
      ({ body }) => (body as { max_output_tokens?: number } | null)?.max_output_tokens ?? 0,
    );
    expect(limits.reduce((sum, limit) => sum + limit, 0)).toBeLessThan(300);
  });

  test('a name for each probe in flight, and none in the end', async () => {
    const seen: (readonly string[])[] = [];
    await look({}, { ...LOOK, onProbe: (inFlight) => seen.push(inFlight) });
    expect(new Set(seen.flat())).toEqual(
      new Set([
        'the release',
        'a plain turn',
        'a tool call',
        'a second turn',
        'a call without arguments',
        'a call without arguments, sent back',
        'Codex’s own first turn',
        'the context length',
      ]),
    );
    expect(Math.max(...seen.map(({ length }) => length))).toBeGreaterThan(1);
    expect(seen.at(-1)).toEqual([]);
  });

  test('only what is asked for is sent', async () => {
    const server = await standIn();
    const client = clientOf(server.baseUrl);
    const discovery = discover(client, async () => 'Qwen/Qwen3.5-35B-A3B', LOOK);
    await discovery.lengths();
    await Promise.all([discovery.lengths(), discovery.evidence()]);
    const bodies = server.requests.map(({ body }) => JSON.stringify(body).length);
    expect(bodies).toHaveLength(4);
    expect(bodies.filter((length) => length > 500_000)).toHaveLength(1);
  });

  test('a gateway can tell that it is Codex who asks', async () => {
    const headers: Record<string, unknown>[] = [];
    const address = await httpServer((request, response) => {
      if (request.method === 'POST') headers.push(request.headers);
      response.end('{"data":[{"id":"m","owned_by":"lmdeploy"}]}');
    });
    await lookAt(`${address}/v1`);
    for (const one of headers)
      expect(one).toMatchObject({
        originator: 'codex_exec',
        'user-agent': expect.stringMatching(/^codex_exec\//),
      });
    expect(headers.length).toBeGreaterThan(0);
  });

  test('a call is asked for by force, by name, and then plainly', async () => {
    const choices: unknown[] = [];
    const address = await httpServer(async (request, response) => {
      let text = '';
      for await (const chunk of request) text += chunk;
      if (request.method === 'GET') {
        response.end('{"data":[{"id":"m","owned_by":"vllm"}]}');
        return;
      }
      const { tools, tool_choice } = JSON.parse(text) as {
        tools?: { name: string }[];
        tool_choice?: unknown;
      };
      const name = tools?.[0]?.name;
      if (name === 'exec_command') choices.push(tool_choice);
      if (name !== undefined && tool_choice !== 'auto') {
        response.writeHead(400).end('{"error":{"message":"unsupported tool_choice","type":"x"}}');
        return;
      }
      const item =
        name === undefined
          ? { type: 'message', content: [{ type: 'output_text', text: 'ready' }] }
          : { type: 'function_call', call_id: 'c', name, arguments: '{}' };
      const done = { type: 'response.output_item.done', item };
      const last = { type: 'response.completed', response: { id: 'r', status: 'completed', output: [item] } };
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end([done, last].map((event) => `data: ${JSON.stringify(event)}\n\n`).join(''));
    });
    const { facts, requests } = await lookAt(`${address}/v1`, 'dummy');
    // The last is the second turn, which forces nothing.
    expect(choices).toEqual(['required', { type: 'function', name: 'exec_command' }, 'auto', 'auto']);
    expect(facts.responses).toMatchObject({ toolCall: true, secondTurn: true, emptyArguments: true });
    expect(requests.length).toBeLessThanOrEqual(12);
  });

  test('after a probe without an answer no further one is sent', async () => {
    const bodies: string[] = [];
    const address = await httpServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      if (request.method === 'GET') {
        response.end('{"data":[{"id":"m","owned_by":"lmdeploy"}]}');
        return;
      }
      bodies.push(body);
      response.destroy();
    });
    const { facts } = await lookAt(`${address}/v1`, undefined, LOOK);
    expect(facts.responses).toMatchObject({ answers: false, toolCall: null });
    expect(bodies).toHaveLength(1);
  });

  test('an abort ends at once, and leaves no request running', async () => {
    const abort = new AbortController();
    let open = 0;
    const address = await httpServer((request, response) => {
      if (request.method === 'GET') {
        response.end('{"data":[{"id":"m","owned_by":"vllm"}]}');
        return;
      }
      open += 1;
      response.on('close', () => {
        open -= 1;
      });
      response
        .writeHead(200, { 'content-type': 'text/event-stream' })
        .write('data: {"type":"response.created"}\n\n');
      // The user has seen enough.
      setImmediate(() => abort.abort());
    });
    const client = clientOf(`${address}/v1`, abort.signal);
    const asking = discover(client, async () => 'm', LOOK).everything();
    await expect(asking).rejects.toThrow();
    await expect.poll(() => open).toBe(0);
  });
});

function clientOf(baseUrl: string, signal = new AbortController().signal): Client {
  const client = new Client({
    baseUrl,
    key: undefined,
    env: {},
    signal,
    askTimeoutMs: 5_000,
    generateTimeoutMs: 60_000,
  });
  onTestFinished(() => client.close());
  return client;
}
