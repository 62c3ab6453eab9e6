import {
  bareCallTurn,
  longTurn,
  OUR_CALL,
  OUTPUTS,
  secondTurn,
  textTurn,
  toolTurn,
} from '../../src/lmdeploy/requests.js';

/** The model's name on both sides. */
export const MODEL = 'tiny-qwen3';

type Body = object | string;

export interface Shape {
  readonly name: string;
  readonly body: Body;
  readonly contentType?: string;
}

const user = (text: string) => ({ type: 'message', role: 'user', content: [{ type: 'input_text', text }] });
const tool = (name: string, properties: object, required: string[]) => ({
  type: 'function',
  name,
  description: name,
  strict: false,
  parameters: { type: 'object', properties, required, additionalProperties: false },
});
const EXEC = tool('exec_command', { cmd: { type: 'string' } }, ['cmd']);
const GET_GOAL = tool('get_goal', {}, []);
const TOOLS = [EXEC, GET_GOAL];
const call = (name: string, args: unknown, id = 'c1') => ({
  type: 'function_call',
  name,
  arguments: args,
  call_id: id,
});
const output = (value: unknown, id = 'c1') => ({ type: 'function_call_output', call_id: id, output: value });

const both = (name: string, body: Record<string, unknown>): Shape[] => [
  { name, body: { model: MODEL, ...body } },
  { name: `${name}, streamed`, body: { model: MODEL, ...body, stream: true } },
];
const one = (name: string, body: Record<string, unknown>): Shape => ({
  name,
  body: { model: MODEL, ...body },
});

/** What Codex 0.169.0 sends beside model, input and tools. */
const CODEX = {
  store: false,
  tool_choice: 'auto',
  parallel_tool_calls: true,
  reasoning: { summary: 'auto' },
  include: ['reasoning.encrypted_content'],
  prompt_cache_key: '0199f8c0-0000-7000-8000-000000000000',
  client_metadata: { session_id: 'x' },
};

/** Every request that our probes send, and every one of which something about the server is known. */
export const SHAPES: readonly Shape[] = [
  { name: 'our text probe', body: textTurn(MODEL) },
  { name: 'our tool probe', body: toolTurn(MODEL, 'required') },
  { name: 'our tool probe, not forced', body: toolTurn(MODEL, 'auto') },
  { name: 'our second turn', body: secondTurn(toolTurn(MODEL, 'auto'), OUR_CALL, OUTPUTS.exec) },
  { name: 'our call without arguments', body: bareCallTurn(MODEL, 'required') },
  {
    name: 'our call without arguments, sent back',
    body: secondTurn(
      bareCallTurn(MODEL, 'auto'),
      { ...OUR_CALL, name: 'get_goal', arguments: '' },
      OUTPUTS.goal,
    ),
  },
  { name: 'our search for the context length', body: longTurn(MODEL, 70_000, true) },
  { name: 'our search for the context length, without a limit', body: longTurn(MODEL, 70_000, false) },
  { name: 'our release probe', body: { model: MODEL, input: [] } },
  ...both('plain text', { input: 'hi' }),
  ...both('Codex, first turn', {
    ...CODEX,
    input: [
      { type: 'message', role: 'developer', content: [{ type: 'input_text', text: 'Be brief.' }] },
      user('hi'),
    ],
    tools: [
      ...TOOLS,
      { type: 'namespace', name: 'mcp__t', description: 'd', tools: [EXEC] },
      { type: 'web_search', external_web_access: false },
    ],
  }),
  ...both('a call', { input: [user('RUN: echo hi')], tools: TOOLS }),
  ...both('Codex, second turn', {
    ...CODEX,
    input: [user('RUN: echo hi'), call('exec_command', '{"cmd":"echo hi"}'), output('Output:\nhi\n')],
    tools: TOOLS,
  }),
  ...both('text and a call', { input: [user('BOTH: echo hi')], tools: TOOLS }),
  ...both('two calls', {
    input: [user('CALLS: exec_command {"cmd":"a"} | exec_command {"cmd":"b"}')],
    tools: TOOLS,
  }),
  ...both('two calls, one allowed', {
    input: [user('CALLS: exec_command {"cmd":"a"} | exec_command {"cmd":"b"}')],
    tools: TOOLS,
    parallel_tool_calls: false,
  }),
  ...both('a call without arguments', { input: [user('CALL: get_goal')], tools: TOOLS }),
  ...both('a call that was not declared', { input: [user('CALL: apply_patch {"input":"x"}')], tools: TOOLS }),
  ...both('a thought', { input: [user('THINK: yes')] }),
  ...both('an engine error', { input: 'FAIL' }),
  ...both('cut by length', { input: 'hi', max_output_tokens: 1 }),
  ...both('too long', { input: 'too long '.repeat(40_000) }),
  one('empty arguments sent back', { input: [user('x'), call('get_goal', ''), output('ok')], tools: TOOLS }),
  one('broken arguments sent back', {
    input: [user('x'), call('get_goal', '{"a'), output('ok')],
    tools: TOOLS,
  }),
  one('an output in parts', {
    input: [user('x'), call('exec_command', '{}'), output([{ type: 'input_text', text: 'a\nb' }])],
    tools: TOOLS,
  }),
  one('an image as output', {
    input: [
      user('x'),
      call('view_image', '{}'),
      output([{ type: 'input_image', image_url: 'data:image/png;base64,AAAA' }]),
    ],
    tools: TOOLS,
  }),
  one('an image', {
    input: [
      {
        type: 'message',
        role: 'user',
        content: [{ type: 'input_image', image_url: 'data:image/png;base64,AAAA' }],
      },
    ],
  }),
  ...[
    'reasoning',
    'custom_tool_call',
    'web_search_call',
    'local_shell_call',
    'tool_search_call',
    'compaction',
    'item_reference',
  ].map((type) => one(`a ${type} item`, { input: [user('x'), { type, id: 'i', summary: [] }, user('y')] })),
  ...Object.entries({
    'as LMDeploy sends one': [{ type: 'output_text', text: 'x', annotations: [] }],
    'without annotations': [{ type: 'output_text', text: 'x' }],
    'with parts of both kinds': [
      { type: 'output_text', text: 'x', annotations: [] },
      { type: 'input_text', text: 'x' },
    ],
    'in parts of the input': [{ type: 'input_text', text: 'x' }],
    'without parts': [],
    'as a text': 'x',
  }).map(([name, content]) =>
    one(`an answer sent back, ${name}`, {
      input: [
        user('x'),
        { type: 'message', role: 'assistant', id: 'm', status: 'completed', content },
        user('y'),
      ],
    }),
  ),
  one('role tool', { input: [{ type: 'message', role: 'tool', content: 'x' }] }),
  one('no input', {}),
  one('another type of input', { input: 3 }),
  one('effort max', { input: 'hi', reasoning: { effort: 'max' } }),
  one('an effort that nobody knows', { input: 'hi', reasoning: { effort: 'ultra' } }),
  one('a summary that nobody knows', { input: 'hi', reasoning: { summary: 'none' } }),
  one('a tier that nobody knows', { input: 'hi', service_tier: 'ultrafast' }),
  one('a retention that nobody knows', { input: 'hi', prompt_cache_retention: '1h' }),
  one('a truncation that nobody knows', { input: 'hi', truncation: 'x' }),
  one('effort max, empty input', { input: [], reasoning: { effort: 'max' } }),
  one('temperature 3', { input: 'hi', temperature: 3 }),
  one('top_p 2', { input: 'hi', top_p: 2 }),
  one('max_output_tokens 0', { input: 'hi', max_output_tokens: 0 }),
  one('tool_choice none', { input: 'RUN: echo hi', tools: TOOLS, tool_choice: 'none' }),
  one('tool_choice required', { input: 'hi', tools: [EXEC], tool_choice: 'required' }),
  one('tool_choice required, no tools', { input: 'hi', tool_choice: 'required' }),
  one('tool_choice names a function', {
    input: 'RUN: echo hi',
    tools: TOOLS,
    tool_choice: { type: 'function', name: 'exec_command' },
  }),
  one('tool_choice names another', {
    input: 'hi',
    tools: TOOLS,
    tool_choice: { type: 'function', name: 'other' },
  }),
  one('tool_choice of another type', {
    input: 'hi',
    tools: TOOLS,
    tool_choice: { type: 'custom', name: 'x' },
  }),
  one('a tool without name', { input: 'hi', tools: [{ type: 'function' }] }),
  one('only tools that are no functions', { input: 'hi', tools: [{ type: 'web_search' }] }),
  ...['background', 'previous_response_id', 'conversation'].map((field) =>
    one(field, { input: 'hi', [field]: field === 'background' ? true : 'x' }),
  ),
  one('echoed fields', {
    input: 'hi',
    instructions: 'Be brief.',
    metadata: { a: 'b' },
    temperature: 0.5,
    top_p: 0.9,
    user: 'u',
  }),
  { name: 'another model', body: { model: 'nope', input: 'hi' } },
  { name: 'no model', body: { input: 'hi' } },
  { name: 'an empty model', body: { model: '', input: 'hi' } },
  { name: 'broken JSON', body: '{bad' },
  { name: 'no body', body: '' },
  { name: 'a list as body', body: '[]' },
  { name: 'another content type', body: '{"input":"hi"}', contentType: 'text/plain' },
];
