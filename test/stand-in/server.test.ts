import { describe, expect, test } from 'vitest';
import { type Event, EXEC, GET_GOAL, start, user } from './start.js';

/** Event types, a run of the same one counted once: how many deltas there are is the tokenizer's. */
const order = (events: Event[]) =>
  events
    .map(({ type }) => type.replace('response.', ''))
    .filter((type, index, all) => type !== all[index - 1]);

describe('streams, event for event as LMDeploy 0.18.0 sends them', () => {
  const MESSAGE = ['output_item.added', 'content_part.added'];
  const MESSAGE_DONE = ['output_text.done', 'content_part.done', 'output_item.done'];
  const CALL = ['output_item.added', 'function_call_arguments.delta'];
  const CALL_DONE = ['function_call_arguments.done', 'output_item.done'];
  const BEGIN = ['created', 'in_progress'];

  test.each([
    ['text', { text: 'Hello' }, {}, [...MESSAGE, 'output_text.delta', ...MESSAGE_DONE, 'completed']],
    [
      'a call',
      { calls: [{ name: 'exec_command', arguments: '{"cmd":"x"}' }] },
      { tools: [EXEC] },
      [...CALL, ...CALL_DONE, 'completed'],
    ],
    [
      'text and a call',
      { text: 'I will.', calls: [{ name: 'exec_command', arguments: '{"cmd":"x"}' }] },
      { tools: [EXEC] },
      [...MESSAGE, 'output_text.delta', ...CALL, ...MESSAGE_DONE, ...CALL_DONE, 'completed'],
    ],
    [
      'a call of a tool that was not declared: dropped, an empty message',
      { calls: [{ name: 'apply_patch', arguments: '{}' }] },
      { tools: [EXEC] },
      [...MESSAGE, ...MESSAGE_DONE, 'completed'],
    ],
    [
      'an engine that fails',
      { text: 'half', fail: true },
      {},
      [...MESSAGE, 'output_text.delta', ...MESSAGE_DONE, 'failed'],
    ],
    [
      'an answer cut by length',
      { text: 'a long answer' },
      { max_output_tokens: 1 },
      [...MESSAGE, 'output_text.delta', ...MESSAGE_DONE, 'incomplete'],
    ],
  ])('%s', async (_, generation, extra, expected) => {
    const { stream } = await start({ script: () => generation });
    const events = await stream({ model: 'tiny', input: user('hi'), ...extra });
    expect(order(events)).toEqual([...BEGIN, ...expected]);
    expect(events.map(({ sequence_number: number }) => number)).toEqual(events.map((_event, index) => index));
    // What Codex reads item by item is what the response object holds at the end.
    const done = events.filter(({ type }) => type === 'response.output_item.done').map(({ item }) => item);
    expect(done).toEqual(events.at(-1)?.response?.output);
  });

  test('the response object: its fields, in their order', async () => {
    const { stream } = await start();
    const completed = (await stream({ model: 'tiny', input: user('hi') })).at(-1)?.response;
    expect(Object.keys(completed ?? {})).toEqual(
      'id created_at model object output parallel_tool_calls tool_choice tools background output_text service_tier status truncation usage store'.split(
        ' ',
      ),
    );
    expect(completed).toMatchObject({
      output: [
        {
          id: expect.stringMatching(/^msg_\w{22}$/),
          content: [{ annotations: [], text: 'Hello from LMDeploy.', type: 'output_text' }],
          role: 'assistant',
          status: 'completed',
        },
      ],
      usage: { input_tokens_details: { cache_write_tokens: 0 } },
    });
  });

  test('a call without arguments has {} (0.18)', async () => {
    const { stream } = await start({ script: () => ({ calls: [{ name: 'get_goal', arguments: '' }] }) });
    const events = await stream({ input: user('x'), tools: [GET_GOAL] });
    expect(events.at(-1)?.response?.output).toEqual([
      expect.objectContaining({
        name: 'get_goal',
        arguments: '{}',
        call_id: expect.stringMatching(/^chatcmpl-tool-/),
      }),
    ]);
  });
});

describe('tools', () => {
  const output = async (response: Response) => ((await response.json()) as { output: object[] }).output;

  test('required forces a call, none hides the tools, the first of several is all without parallel calls', async () => {
    const { post } = await start({ script: ({ tools }) => ({ text: `sees ${tools.join()}` }) });
    const ask = async (choice: unknown) =>
      output(await post({ input: 'x', tools: [EXEC], tool_choice: choice }));
    const call = [expect.objectContaining({ type: 'function_call', arguments: '{"cmd":""}' })];
    expect(await ask('required')).toEqual(call);
    // A named function is no more than a wish to the real server.
    expect(await ask({ type: 'function', name: 'exec_command' })).toMatchObject([{ type: 'message' }]);
    expect(await ask('none')).toMatchObject([{ content: [{ text: 'sees ' }] }]);
    expect(await ask('auto')).toMatchObject([{ content: [{ text: 'sees exec_command' }] }]);
    const calls = [1, 2].map((n) => ({ name: 'exec_command', arguments: `{"cmd":"${n}"}` }));
    const two = await start({ script: () => ({ calls }) });
    expect(await output(await two.post({ input: 'x', tools: [EXEC] }))).toHaveLength(2);
    expect(
      await output(await two.post({ input: 'x', tools: [EXEC], parallel_tool_calls: false })),
    ).toHaveLength(1);
  });

  test('what is no function never reaches the model, and needs no parser', async () => {
    const { post } = await start({
      toolCallParser: false,
      script: ({ tools }) => ({ text: `${tools.length}` }),
    });
    const tools = [{ type: 'web_search' }, { type: 'namespace', name: 'mcp__t', tools: [EXEC] }];
    expect(await output(await post({ input: 'x', tools }))).toMatchObject([{ content: [{ text: '0' }] }]);
    expect((await post({ input: 'x', tools: [...tools, EXEC] })).status).toBe(400);
  });

  test('the default script runs a command and tells the end of its output', async () => {
    const { post } = await start();
    expect(await output(await post({ input: 'RUN: ls', tools: [EXEC] }))).toMatchObject([
      { arguments: '{"cmd":"ls"}' },
    ]);
    const history = [
      ...user('RUN: ls'),
      { type: 'function_call', name: 'exec_command', arguments: '{"cmd":"ls"}', call_id: 'c' },
      { type: 'function_call_output', call_id: 'c', output: [{ type: 'input_text', text: 'a\nb\n' }] },
    ];
    expect(await output(await post({ input: history, tools: [EXEC] }))).toMatchObject([
      { content: [{ text: 'Done: b' }] },
    ]);
  });
});

// The words are LMDeploy 0.18.0's own.
test.each([
  ['no input', {}, 400, 'input is required by Responses Text V1.', 'input'],
  ['an empty list', { input: [] }, 400, 'input must not be an empty list.', 'input'],
  ['an unknown model', { model: 'x', input: 'hi' }, 404, "The model 'x' does not exist.", 'model'],
  ['another type', { input: 3 }, 400, 'input.str: Input should be a valid string', null],
  ['temperature 3', { input: 'hi', temperature: 3 }, 400, 'temperature must be in [0, 2].', 'temperature'],
  [
    'an image',
    { input: [{ type: 'message', role: 'user', content: [{ type: 'input_image', image_url: 'x' }] }] },
    400,
    "Unsupported Responses input content part type: 'input_image'.",
    'input',
  ],
  [
    'a reasoning item',
    { input: [{ type: 'reasoning' }] },
    400,
    "Unsupported Responses input item type: 'reasoning'.",
    'input',
  ],
  [
    'another role',
    { input: [{ type: 'message', role: 'tool', content: 'x' }] },
    400,
    "Unsupported Responses message role at index 0: 'tool'.",
    'input',
  ],
  [
    'empty arguments sent back',
    { input: [{ type: 'function_call', name: 'get_goal', arguments: '', call_id: 'c' }] },
    400,
    'Tool call arguments contain invalid JSON at position 0 (line 1, column 1)',
    null,
  ],
  [
    'a tool without name',
    { input: 'hi', tools: [{ type: 'function' }] },
    400,
    'Missing function tool `name` at index 0.',
    'tools',
  ],
  [
    'another tool_choice',
    { input: 'hi', tools: [EXEC], tool_choice: { type: 'custom', name: 'x' } },
    400,
    "Unsupported tool_choice type: 'custom'.",
    'tool_choice',
  ],
  [
    'required without tools',
    { input: 'hi', tool_choice: 'required' },
    400,
    "Tool choice 'required' must be specified with `tools`.",
    'tool_choice',
  ],
  ['an engine error', { input: 'FAIL' }, 500, 'An internal server error occurred.', null],
  ['broken JSON', '{bad', 400, '1: JSON decode error', null],
  ['nothing', '', 400, 'Field required', null],
])('%s is refused', async (_, body, status, message, param) => {
  const { post } = await start({
    script: ({ lastUserMessage }) => ({ text: 'x', fail: lastUserMessage === 'FAIL' }),
  });
  const response = await post(body);
  expect(response.status).toBe(status);
  expect(await response.json()).toMatchObject({ error: { message, param, code: status } });
});

test('no parser: tools are refused, in a stream too, a plain turn is not', async () => {
  const { post } = await start({ toolCallParser: false });
  const response = await post({ input: 'hi', tools: [EXEC], stream: true });
  expect(await response.json()).toEqual({
    error: {
      message: 'Please launch the api_server with --tool-call-parser if you want to use tool calling.',
      type: 'invalid_request_error',
      param: 'tools',
      code: 400,
    },
  });
  expect((await post({ input: 'hi' })).status).toBe(200);
});

test('an input longer than the context names both lengths', async () => {
  const { post } = await start({ contextLength: 100 });
  const response = await post({ input: 'word'.repeat(100) });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({
    error: { message: 'Input length (100) must be smaller than the model context length (100).' },
  });
  expect((await post({ input: 'word'.repeat(99) })).status).toBe(200);
});

test.each(['0.15', '0.14'] as const)('an input longer than the context on %s', async (release) => {
  const { post } = await start({ contextLength: 100, release });
  const input = 'word'.repeat(100);
  // Without a limit there is no room for any output; with one it is the engine that says no.
  expect(await (await post({ input })).json()).toMatchObject({
    status: 'incomplete',
    usage: { input_tokens: 100, output_tokens: 0 },
  });
  expect(await (await post({ input, max_output_tokens: 1 })).json()).toMatchObject({
    status: 'failed',
    output_text: 'internal error happened, status code ResponseType.INPUT_LENGTH_ERROR',
    usage: { input_tokens: 100 },
  });
});

test('a token ends where a word does', async () => {
  const { post } = await start();
  const usage = async (input: string) =>
    ((await (await post({ input })).json()) as { usage: { input_tokens: number } }).usage.input_tokens;
  expect(await usage(' a'.repeat(50))).toBe(50);
  expect(await usage('abcde f')).toBe(3);
  expect(await usage('\n\n')).toBe(2);
});

test('keys: every path but /health wants one, and each says no in its own shape', async () => {
  const { get, post, server } = await start({ apiKeys: ['a', 'b'] });
  expect((await get('/health')).status).toBe(200);
  for (const key of [undefined, 'wrong']) {
    const response = await get('/v1/models', key);
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ message: 'Unauthorized.', type: 'authentication_error' });
  }
  expect(await (await post({ input: 'hi' })).json()).toEqual({
    error: { message: 'Unauthorized.', type: 'invalid_request_error', param: null, code: 401 },
  });
  expect((await get('/v1/models', 'b')).status).toBe(200);
  expect((await post({ input: 'hi' }, { authorization: 'bearer a' })).status).toBe(200);
  expect(server.requests.map(({ status }) => status)).toEqual([200, 401, 401, 401, 200, 200]);
});

test('the other paths', async () => {
  const { get, server } = await start({ models: ['base', 'adapter'] });
  const models = (await (await get('/v1/models')).json()) as { data: { id: string }[] };
  expect(models.data.map(({ id }) => id)).toEqual(['base', 'adapter']);
  const redirect = await get('/v1/models/');
  expect([redirect.status, redirect.headers.get('location')]).toEqual([307, `${server.baseUrl}/models`]);
  const wrongMethod = await get('/v1/responses');
  expect([wrongMethod.status, wrongMethod.headers.get('allow')]).toEqual([405, 'POST']);
  const missing = await get('/version');
  expect([missing.status, await missing.json()]).toEqual([404, { detail: 'Not Found' }]);
  expect(missing.headers.get('server')).toBe('uvicorn');
});
