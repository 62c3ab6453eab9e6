import { describe, expect, test } from 'vitest';
import { EXEC, start, user } from './start.js';

type Refused = [name: string, body: object, message: string, param: string | null];

const message = (fields: object) => [{ type: 'message', role: 'user', content: 'x', ...fields }];
const parts = (...content: unknown[]) => ({ input: message({ content }) });
const EMPTY_CALL = { type: 'function_call', name: 'get_goal', call_id: 'c', arguments: '' };
const REASONING = { type: 'reasoning', summary: [] };
const literal = "Input should be 'none', 'auto' or 'required'";

// Every sentence here was said by the real LMDeploy 0.18.0.
test.each<Refused>([
  ...(
    [
      ['background', true, 'background mode'],
      ['context_management', [], 'context_management'],
      ['conversation', 'x', 'conversation'],
      ['previous_response_id', 'x', 'previous_response_id'],
      ['prompt', { id: 'x' }, 'prompt'],
    ] as const
  ).map(
    ([field, value, what]): Refused => [
      field,
      { input: 'hi', [field]: value },
      `${what} is not supported by Responses Text V1.`,
      field,
    ],
  ),
  ['top_p', { input: 'hi', top_p: 2 }, 'top_p must be in [0, 1].', 'top_p'],
  ['top_k', { input: 'hi', top_k: -1 }, 'top_k cannot be a negative integer.', 'top_k'],
  ['min_p', { input: 'hi', min_p: -1 }, 'min_p must be in [0, 1].', 'min_p'],
  [
    'text.format of another type',
    { input: 'hi', text: { format: { type: 'grammar' } } },
    "Unsupported text.format type: 'grammar'.",
    'text',
  ],
  [
    'text.format no object',
    { input: 'hi', text: { format: 'x' } },
    '`text.format` must be an object.',
    'text',
  ],
  ['null as item', { input: [null] }, 'input.str: Input should be a valid string', null],
  ['an empty item', { input: [{}] }, 'Unsupported Responses input item at index 0.', 'input'],
  ['type null', { input: message({ type: null }) }, 'Unsupported Responses input item type: None.', 'input'],
  [
    'a role in quotes',
    { input: message({ role: "a'b" }) },
    'Unsupported Responses message role at index 0: "a\'b".',
    'input',
  ],
  [
    'a role with control characters',
    { input: message({ role: 'a\n\u001b' }) },
    String.raw`Unsupported Responses message role at index 0: 'a\n\x1b'.`,
    'input',
  ],
  [
    'content null',
    { input: message({ content: null }) },
    'Unsupported `input[0].content` content. Expected string or text content parts.',
    'input',
  ],
  ['null as part', parts(null), 'Unsupported `input[0].content` content part at index 0.', 'input'],
  [
    'a part without text',
    parts({ type: 'input_text' }),
    'Missing `text` in `input[0].content` content part at index 0.',
    'input',
  ],
  [
    'a part with a number',
    parts({ type: 'input_text', text: 4 }),
    'Unsupported `text` in `input[0].content` content part at index 0. Expected string.',
    'input',
  ],
  [
    'an image as output',
    { input: [{ type: 'function_call_output', call_id: 'c', output: [{ type: 'input_image' }] }] },
    "Unsupported Responses input content part type: 'input_image'.",
    'input',
  ],
  [
    'a call without name',
    { input: [{ type: 'function_call', call_id: 'c' }] },
    'Missing `call_id` or `name` in function_call item at index 0.',
    'input',
  ],
  [
    'an output without id',
    { input: [{ type: 'function_call_output', output: 'x' }] },
    'Missing `call_id` in function_call_output item at index 0.',
    'input',
  ],
  ['model 3', { input: 'hi', model: 3 }, 'model: Input should be a valid string', null],
  [
    'half a token',
    { input: 'hi', max_output_tokens: 1.5 },
    'max_output_tokens: Input should be a valid integer, got a number with a fractional part',
    null,
  ],
  [
    'no token',
    { input: 'hi', max_output_tokens: 0 },
    'max_output_tokens: Input should be greater than 0',
    null,
  ],
  ['tools null', { input: 'hi', tools: null }, 'tools: Input should be a valid list', null],
  [
    'tool_choice null',
    { input: 'hi', tool_choice: null },
    `tool_choice.literal['none','auto','required']: ${literal}`,
    null,
  ],
  [
    'a choice without name',
    { input: 'hi', tools: [EXEC], tool_choice: { type: 'function' } },
    `tool_choice.literal['none','auto','required']: ${literal}`,
    null,
  ],
  [
    'a choice that is not there',
    { input: 'hi', tools: [EXEC], tool_choice: { type: 'function', name: 'x' } },
    "Tool choice 'function' not found in `tools`: 'x'.",
    'tool_choice',
  ],
])('%s is refused', async (_, body, text, param) => {
  const { post } = await start();
  const response = await post(body);
  expect(response.status).toBe(400);
  expect(await response.json()).toEqual({
    error: { message: text, type: 'invalid_request_error', param, code: 400 },
  });
});

describe('of two faults, the one that LMDeploy 0.18.0 looks at first is told', () => {
  test.each<[string, object, string]>([
    ['a type before what is not supported', { background: true, input: 3 }, 'input.str: '],
    ['what is not supported before the input', { conversation: 'x' }, 'conversation is not'],
    ['the input before sampling', { input: [], temperature: 3 }, 'input must not'],
    ['sampling before the model', { input: 'hi', temperature: 3, model: 'x' }, 'temperature must'],
    ['top_k before min_p', { input: 'hi', top_k: -1, min_p: 3 }, 'top_k cannot'],
    ['the model before the items', { input: [REASONING], model: 'x' }, "The model 'x'"],
    [
      'the items before the text format',
      { input: [REASONING], text: { format: 'x' } },
      'Unsupported Responses input item',
    ],
    [
      'the text format before the tools',
      { input: 'hi', text: { format: 'x' }, tools: [{ type: 'function' }] },
      '`text.format`',
    ],
    [
      'the tools before the choice',
      { input: 'hi', tools: [{ type: 'function' }], tool_choice: { type: 'custom', name: 'x' } },
      'Missing function tool',
    ],
    [
      'the choice before the parser',
      { input: 'hi', tools: [EXEC], tool_choice: { type: 'custom', name: 'x' } },
      'Unsupported tool_choice',
    ],
    [
      'the parser before sent-back arguments',
      { input: [EMPTY_CALL], tools: [EXEC] },
      'Please launch the api_server',
    ],
    [
      'sent-back arguments before the length',
      { input: [EMPTY_CALL, ...user('word'.repeat(100))] },
      'Tool call arguments',
    ],
  ])('%s', async (_, body, beginning) => {
    const { post } = await start({ toolCallParser: false, contextLength: 50 });
    const { error } = (await (await post(body)).json()) as { error: { message: string } };
    expect(error.message.slice(0, beginning.length)).toBe(beginning);
  });
});

test.each([
  ['text/plain', 400],
  [undefined, 400],
  // LMDeploy cuts at the semicolon and does not trim.
  ['application/json ; charset=utf-8', 400],
  ['Application/JSON;charset=utf-8', 200],
])('content type %s', async (contentType, status) => {
  const { server } = await start();
  const headers = contentType === undefined ? {} : { 'content-type': contentType };
  const body = new TextEncoder().encode('{"input":"hi"}');
  const response = await fetch(`${server.baseUrl}/responses`, { method: 'POST', headers, body });
  expect(response.status).toBe(status);
  if (status === 200) return;
  expect(await response.json()).toMatchObject({
    error: { message: "Unsupported Media Type: Only 'application/json' is allowed" },
  });
});

test.each([
  ['{bad', '1: JSON decode error'],
  ['hello', '0: JSON decode error'],
  ['{"input":', '9: JSON decode error'],
  ['{"input":"hi"} x', '15: JSON decode error'],
  ['[]', 'Input should be a valid dictionary or object to extract fields from'],
])('the body %s', async (body, text) => {
  const { post } = await start();
  expect(await (await post(body)).json()).toMatchObject({ error: { message: text, param: null } });
});

test('a missing and an empty model name the base model', async () => {
  const { post } = await start({ models: ['base', 'adapter'] });
  const name = async (body: object) => ((await (await post(body)).json()) as { model: string }).model;
  expect(await name({ input: 'hi' })).toBe('base');
  expect(await name({ input: 'hi', model: '' })).toBe('base');
  expect(await name({ input: 'hi', model: 'adapter' })).toBe('adapter');
});
