import { describe, expect, test } from 'vitest';
import type { Script } from '../../src/stand-in/script.js';
import type { StandInOptions } from '../../src/stand-in/server.js';
import { EXEC, GET_GOAL, start } from './start.js';

interface Answer {
  readonly status: string;
  readonly output: Record<string, unknown>[];
  readonly usage: { readonly output_tokens: number };
}

async function ask(script: Script, body: object, options: StandInOptions = {}): Promise<Answer> {
  const { post } = await start({ script, ...options });
  return (await (await post({ input: 'x', ...body })).json()) as Answer;
}

const call = (name: string, args: unknown) => ({ name, arguments: JSON.stringify(args) });

describe('tool_choice', () => {
  test('required: the smallest arguments that fit the schema', async () => {
    const parameters = {
      type: 'object',
      properties: {
        text: { type: 'string' },
        count: { type: 'integer' },
        on: { type: 'boolean' },
        list: { type: 'array' },
        maybe: { type: ['null', 'string'] },
        kind: { enum: ['b', 'a'] },
        fixed: { const: 7 },
        either: { anyOf: [{ type: 'number' }, { type: 'string' }] },
        inner: { type: 'object', properties: { x: { type: 'number' }, y: {} }, required: ['x'] },
        optional: { type: 'string' },
      },
      required: ['text', 'count', 'on', 'list', 'maybe', 'kind', 'fixed', 'either', 'inner'],
    };
    const tools = [{ type: 'function', name: 'all', parameters }, EXEC];
    const { output } = await ask(() => ({ text: 'no call' }), { tools, tool_choice: 'required' });
    expect(output).toMatchObject([{ type: 'function_call', name: 'all', status: 'completed' }]);
    expect(JSON.parse(String(output[0]?.['arguments']))).toEqual({
      text: '',
      count: 0,
      on: false,
      list: [],
      maybe: null,
      kind: 'b',
      fixed: 7,
      either: 0,
      inner: { x: 0 },
    });
  });

  test('required: a grammar leaves room for declared calls only', async () => {
    const script: Script = () => ({
      text: 'first',
      calls: [call('apply_patch', {}), call('get_goal', { a: 1 })],
    });
    const body = { tools: [EXEC, GET_GOAL], tool_choice: 'required' };
    expect((await ask(script, body)).output).toMatchObject([{ name: 'get_goal', arguments: '{"a":1}' }]);
    const undeclared: Script = () => ({ calls: [call('apply_patch', {})] });
    expect((await ask(undeclared, body)).output).toMatchObject([{ name: 'exec_command' }]);
  });

  test('a function: the model sees no other, and calls of others are dropped (0.18)', async () => {
    const body = { tools: [EXEC, GET_GOAL], tool_choice: { type: 'function', name: 'exec_command' } };
    const sees: Script = ({ tools }) => ({ text: tools.join() });
    expect((await ask(sees, body)).output).toMatchObject([{ content: [{ text: 'exec_command' }] }]);
    const other: Script = () => ({ calls: [call('get_goal', {})] });
    expect((await ask(other, body)).output).toMatchObject([{ type: 'message', content: [{ text: '' }] }]);
    // Before 0.18 the model does not see it either, but what it calls is passed on.
    expect((await ask(other, body, { release: '0.17' })).output).toMatchObject([{ name: 'get_goal' }]);
  });
});

test.each([
  ['0.18', 'qwen3', '{}'],
  ['0.17', 'qwen3', ''],
  ['0.17', true, ''],
  ['0.17', 'qwen3coder', '{}'],
  ['0.14', 'llama3', ''],
  ['0.17', 'kimi_k2', '{}'],
] as const)('%s with parser %s streams "%s" for no arguments', async (release, toolCallParser, sent) => {
  const script: Script = () => ({ calls: [{ name: 'get_goal', arguments: '' }] });
  const { stream } = await start({ script, release, toolCallParser });
  const events = await stream({ input: 'x', tools: [GET_GOAL] });
  expect(events.at(-1)?.response?.output).toMatchObject([{ name: 'get_goal', arguments: sent }]);
});

test.each([
  ['0.18', 5],
  ['0.16', 5],
  ['0.15', 0],
] as const)('%s counts %i tokens of a thought', async (release, count) => {
  const { post } = await start({
    script: () => ({ text: '<think>\nLet me think.\n</think>\n\nyes' }),
    reasoningParser: true,
    release,
  });
  expect(await (await post({ input: 'x' })).json()).toMatchObject({
    output_text: '\n\nyes',
    usage: { output_tokens_details: { reasoning_tokens: count } },
  });
});

describe('an answer that is cut within a call', () => {
  // Tokens have four characters here: `exec_command` is 3 of them, the arguments are 5.
  const script: Script = () => ({ calls: [{ name: 'exec_command', arguments: '{"cmd":"echo hello"}' }] });
  const cut = (limit: number, release: '0.18' | '0.17' = '0.18') =>
    ask(script, { tools: [EXEC], max_output_tokens: limit }, { release });

  test('has what there is of its arguments, and calls it completed (0.18)', async () => {
    const { status, output, usage } = await cut(5);
    expect({ status, tokens: usage.output_tokens }).toEqual({ status: 'incomplete', tokens: 5 });
    expect(output).toMatchObject([{ type: 'function_call', arguments: '{"cmd":"', status: 'completed' }]);
    expect((await cut(3)).output).toMatchObject([{ arguments: '' }]);
  });

  test('has no arguments before 0.18', async () => {
    expect((await cut(5, '0.17')).output).toMatchObject([{ name: 'exec_command', arguments: '' }]);
  });

  test('has no call before its name is whole', async () => {
    expect((await cut(2)).output).toMatchObject([{ type: 'message', status: 'incomplete' }]);
  });

  test('is whole at its last token', async () => {
    expect(await cut(8)).toMatchObject({
      status: 'completed',
      output: [{ arguments: '{"cmd":"echo hello"}' }],
    });
  });
});

describe('what the response object shows of the request', () => {
  const echoed = async (body: object) =>
    (await ask(() => ({ text: 'x' }), body)) as unknown as Record<string, unknown>;

  test('tools, as the classes of the openai package write them', async () => {
    const web = { type: 'web_search', external_web_access: false };
    const unknown = { type: 'zzz', a: null };
    const inside = { name: 'n', description: 'd', tools: [{ strict: false, ...EXEC }], type: 'namespace' };
    const tools = [
      { ...EXEC, strict: false, description: 'd', extra: 1 },
      { ...EXEC, description: null },
    ];
    const { tools: echo } = await echoed({ tools: [...tools, web, inside, unknown] });
    const { parameters } = EXEC;
    // As text: the order of the fields is what this is about.
    expect(JSON.stringify(echo)).toBe(
      JSON.stringify([
        { name: 'exec_command', parameters, strict: false, type: 'function', description: 'd', extra: 1 },
        { name: 'exec_command', parameters, type: 'function' },
        web,
        {
          description: 'd',
          name: 'n',
          tools: [{ name: 'exec_command', type: 'function', parameters, strict: false }],
          type: 'namespace',
        },
        unknown,
      ]),
    );
  });

  test('fields, but no nulls, and defaults only for what was not sent', async () => {
    const shown = await echoed({
      reasoning: { effort: 'low', summary: null },
      prompt_cache_retention: '24h',
      top_logprobs: 2,
      service_tier: null,
      parallel_tool_calls: null,
      metadata: null,
    });
    expect(shown).toMatchObject({
      reasoning: { effort: 'low' },
      prompt_cache_retention: '24h',
      top_logprobs: 2,
      truncation: 'disabled',
    });
    expect(shown['reasoning']).not.toHaveProperty('summary');
    for (const field of ['service_tier', 'parallel_tool_calls', 'metadata'])
      expect(shown).not.toHaveProperty(field);
  });
});
