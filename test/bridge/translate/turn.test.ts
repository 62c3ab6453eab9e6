import { describe, expect, test } from 'vitest';
import { type JsonObject, translateTurn } from '../../../src/bridge/translate/turn.js';

const text = (role: string, words: string) => ({
  type: 'message',
  role,
  content: [{ type: role === 'assistant' ? 'output_text' : 'input_text', text: words }],
});
const HELLO = text('user', 'hello');
const fn = (name: string, more: object = {}) => ({
  type: 'function',
  name,
  description: `What ${name} does`,
  strict: false,
  parameters: { type: 'object', properties: {} },
  ...more,
});
const MCP = {
  type: 'namespace',
  name: 'mcp__t',
  description: 'Tools in the mcp__t namespace.',
  tools: [fn('add')],
};
const AGENTS = {
  type: 'namespace',
  name: 'multi_agent_v1',
  description: 'Tools for spawning sub-agents.',
  tools: [fn('spawn_agent'), fn('wait_agent')],
};
const PATCH = {
  type: 'custom',
  name: 'apply_patch',
  description: 'Edits files. This is a FREEFORM tool, so do not wrap the patch in JSON.',
  format: { type: 'grammar', syntax: 'lark', definition: 'start: begin_patch' },
};
const FLAT_PATCH = {
  type: 'function',
  name: 'apply_patch',
  description: 'Edits files.\n\n`input` follows this lark grammar:\nstart: begin_patch',
  strict: false,
  parameters: {
    type: 'object',
    properties: { input: { type: 'string', description: 'The whole input, as plain text.' } },
    required: ['input'],
    additionalProperties: false,
  },
};

const toolsOf = (tools: object[], more: object = {}) =>
  translateTurn({ model: 'm', input: [HELLO], tools, ...more }).body;
const itemsOf = (...items: unknown[]) =>
  translateTurn({ model: 'm', input: items, tools: [MCP, PATCH] }).body['input'];

describe('tools', () => {
  test('a turn that needs no translation is the very object that came', () => {
    const body = {
      model: 'm',
      stream: true,
      input: [HELLO],
      tools: [fn('exec_command')],
      tool_choice: 'auto',
    };
    expect(translateTurn(body).body).toBe(body);
  });

  test('a namespace becomes a function for each of its tools, in their order', () => {
    expect(toolsOf([fn('exec_command'), MCP, fn('get_goal')])['tools']).toEqual([
      fn('exec_command'),
      fn('add', { name: 'mcp__t__add' }),
      fn('get_goal'),
    ]);
  });

  test('a namespace that ends with the underscores gets no more of them', () => {
    const tools = toolsOf([{ ...MCP, name: 'mcp__t__', description: '' }])['tools'];
    expect(tools).toEqual([fn('add', { name: 'mcp__t__add' })]);
  });

  test('what a namespace says of itself stands with its first tool', () => {
    expect(toolsOf([AGENTS])['tools']).toEqual([
      fn('spawn_agent', {
        name: 'multi_agent_v1__spawn_agent',
        description:
          'What spawn_agent does\n\nOf all tools whose names begin with multi_agent_v1__: Tools for spawning sub-agents.',
      }),
      fn('wait_agent', { name: 'multi_agent_v1__wait_agent' }),
    ]);
  });

  test('a custom tool becomes a function with one text, its grammar in the description', () => {
    expect(toolsOf([PATCH])['tools']).toEqual([FLAT_PATCH]);
  });

  test('a custom tool in a namespace does so too', () => {
    const inside = { ...MCP, tools: [PATCH] };
    expect(toolsOf([inside])['tools']).toEqual([{ ...FLAT_PATCH, name: 'mcp__t__apply_patch' }]);
  });

  test('other types are left out and named', () => {
    const turn = translateTurn({
      input: [HELLO],
      tools: [{ type: 'web_search' }, fn('a'), { type: 'x', name: 'y' }],
    });
    expect(turn.body['tools']).toEqual([fn('a')]);
    expect(turn.leftOut).toEqual(['the tool web_search', 'the tool x']);
  });

  test('tools that come as an item of the input are tools of the turn', () => {
    const { body } = translateTurn({ input: [{ type: 'additional_tools', tools: [MCP] }, HELLO] });
    expect(body).toEqual({ input: [HELLO], tools: [fn('add', { name: 'mcp__t__add' })] });
  });

  test('two servers with a tool of the same name keep both', () => {
    const tools = [MCP, { ...MCP, name: 'mcp__u' }];
    expect((toolsOf(tools)['tools'] as JsonObject[]).map(({ name }) => name)).toEqual([
      'mcp__t__add',
      'mcp__u__add',
    ]);
  });

  test.each([
    ['none', undefined, undefined],
    ['auto', 'auto', 'auto'],
    ['none at all', 'none', 'none'],
    ['required', 'required', 'required'],
    ['a function', { type: 'function', name: 'exec_command' }, { type: 'function', name: 'exec_command' }],
    [
      'a tool of a namespace',
      { type: 'function', name: 'add', namespace: 'mcp__t' },
      { type: 'function', name: 'mcp__t__add' },
    ],
    ['a custom tool', { type: 'custom', name: 'apply_patch' }, { type: 'function', name: 'apply_patch' }],
    ['a tool that is not there', { type: 'function', name: 'nope' }, 'auto'],
    ['a hosted tool', { type: 'web_search' }, 'auto'],
    ['some tools', { type: 'allowed_tools', mode: 'required', tools: [] }, 'required'],
    ['some tools, if it likes', { type: 'allowed_tools', mode: 'auto', tools: [] }, 'auto'],
  ])('tool_choice: %s', (_name, choice, expected) => {
    const tools = [fn('exec_command'), MCP, PATCH];
    const body = toolsOf(tools, choice === undefined ? {} : { tool_choice: choice });
    expect(body['tool_choice']).toEqual(expected);
  });

  test('required without a tool that is left becomes auto, which LMDeploy takes', () => {
    expect(toolsOf([{ type: 'web_search' }], { tool_choice: 'required' })['tool_choice']).toBe('auto');
  });
});

const CALL = {
  type: 'function_call',
  id: 'fc_1',
  call_id: 'c1',
  name: 'exec_command',
  arguments: '{"cmd":"ls"}',
};
const OUTPUT = { type: 'function_call_output', call_id: 'c1', output: 'done' };
const NO_IMAGE = '[An image was here. This model reads text only, so it can’t see it.]';

describe('history', () => {
  test.each<[string, object, object | null]>([
    ['a call', CALL, CALL],
    ['its output', OUTPUT, OUTPUT],
    [
      'a call of a namespace',
      { ...CALL, name: 'add', namespace: 'mcp__t' },
      { ...CALL, name: 'mcp__t__add' },
    ],
    [
      'a call of a namespace that is no longer there',
      { ...CALL, name: 'add', namespace: 'mcp__gone' },
      { ...CALL, name: 'mcp__gone__add' },
    ],
    ['a call without arguments', { ...CALL, arguments: '' }, { ...CALL, arguments: '{}' }],
    [
      'a call with broken arguments',
      { ...CALL, arguments: '{"cmd": "l' },
      { ...CALL, arguments: '{"raw":"{\\"cmd\\": \\"l"}' },
    ],
    [
      'a call whose arguments are a list',
      { ...CALL, arguments: '[1]' },
      { ...CALL, arguments: '{"raw":"[1]"}' },
    ],
    [
      'a call with half a character',
      { ...CALL, arguments: '{"a":"\\ud800"}' },
      { ...CALL, arguments: '{"a":"\ufffd"}' },
    ],
    [
      'a custom call',
      { type: 'custom_tool_call', id: 'i', call_id: 'c2', name: 'apply_patch', input: '*** Begin "x"\n' },
      {
        type: 'function_call',
        id: 'i',
        call_id: 'c2',
        name: 'apply_patch',
        arguments: '{"input":"*** Begin \\"x\\"\\n"}',
      },
    ],
    [
      'its output',
      { type: 'custom_tool_call_output', call_id: 'c2', output: 'ok' },
      { type: 'function_call_output', call_id: 'c2', output: 'ok' },
    ],
    [
      'an output with an image',
      {
        ...OUTPUT,
        output: [
          { type: 'input_text', text: 'a' },
          { type: 'input_image', image_url: 'data:…' },
        ],
      },
      {
        ...OUTPUT,
        output: [
          { type: 'input_text', text: 'a' },
          { type: 'input_text', text: NO_IMAGE },
        ],
      },
    ],
    [
      'an output that is no text',
      { ...OUTPUT, output: { content: 'x' } },
      { ...OUTPUT, output: '{"content":"x"}' },
    ],
    [
      'an output without anything',
      { type: 'function_call_output', call_id: 'c1' },
      { ...OUTPUT, output: '' },
    ],
    [
      'a message with an image',
      {
        ...HELLO,
        content: [
          { type: 'input_image', image_url: 'data:…' },
          { type: 'input_text', text: 'what is it?' },
        ],
      },
      {
        ...HELLO,
        content: [
          { type: 'input_text', text: NO_IMAGE },
          { type: 'input_text', text: 'what is it?' },
        ],
      },
    ],
    [
      'a refusal',
      { ...text('assistant', ''), content: [{ type: 'refusal', refusal: 'no' }] },
      text('assistant', 'no'),
    ],
    [
      'a file',
      { ...HELLO, content: [{ type: 'input_file', filename: 'a.pdf' }] },
      text('user', '[The file a.pdf was here. This model reads text only.]'),
    ],
    ['content without anything', { ...HELLO, content: null }, { ...HELLO, content: '' }],
    ['a role that LMDeploy has not', { ...HELLO, role: 'tool' }, HELLO],
    ['a thought', { type: 'reasoning', id: 'r', summary: [], encrypted_content: 'x' }, null],
    [
      'a search',
      { type: 'web_search_call', action: { type: 'search', query: 'tea' } },
      text('assistant', '[The web was searched: tea]'),
    ],
    [
      'a shell call of an older Codex',
      {
        type: 'local_shell_call',
        call_id: 'c3',
        status: 'completed',
        action: { type: 'exec', command: ['ls'] },
      },
      {
        type: 'function_call',
        call_id: 'c3',
        status: 'completed',
        name: 'local_shell',
        arguments: '{"type":"exec","command":["ls"]}',
      },
    ],
    [
      'a search for tools',
      { type: 'tool_search_call', call_id: 'c4', arguments: { query: 'x' }, execution: 'client' },
      { type: 'function_call', call_id: 'c4', name: 'tool_search', arguments: '{"query":"x"}' },
    ],
    [
      'what it found',
      { type: 'tool_search_output', call_id: 'c4', execution: 'client', tools: [] },
      { type: 'function_call_output', call_id: 'c4', output: '[]' },
    ],
    [
      'a summary of another server',
      { type: 'compaction', encrypted_content: 'x' },
      text(
        'user',
        '[The conversation until here was made into a summary, which only the server it came from can read.]',
      ),
    ],
    [
      'a reference',
      { type: 'item_reference', id: 'x' },
      text('user', '[Something was said here, which only the server it came from can read.]'),
    ],
    [
      'an item of the future',
      { type: 'mind_meld', content: [{ type: 'input_text', text: 'ommm' }] },
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'ommm' }] },
    ],
  ])('%s', (_name, item, expected) => {
    expect(itemsOf(HELLO, item)).toEqual([HELLO, ...(expected === null ? [] : [expected])]);
  });

  test('a history of nothing but thoughts is no empty input', () => {
    expect(itemsOf({ type: 'reasoning' })).toEqual([text('user', '')]);
  });

  test.each([
    ['max', 'xhigh'],
    ['xhigh', 'xhigh'],
    ['low', 'low'],
  ])('effort %s goes as %s', (effort, expected) => {
    const { body } = translateTurn({ input: [HELLO], reasoning: { effort, summary: 'auto' } });
    expect(body['reasoning']).toEqual({ effort: expected, summary: 'auto' });
  });
});

describe('events', () => {
  const turn = translateTurn({
    input: [HELLO],
    tools: [fn('exec_command'), MCP, PATCH, { ...MCP, tools: [PATCH] }],
  });
  const item = (name: string, args: string) => ({
    type: 'function_call',
    id: 'i',
    call_id: 'i',
    name,
    arguments: args,
  });
  const all = (...events: JsonObject[]) => {
    const translator = turn.events();
    return events.flatMap((event) => translator.next(event));
  };

  test('a call of a plain function passes as it is', () => {
    const event = { type: 'response.output_item.done', item: item('exec_command', '{}') };
    expect(all(event)[0]).toBe(event);
  });

  test('a call of a namespace has its own name back', () => {
    const done = { type: 'response.output_item.done', item: item('mcp__t__add', '{"a":1}') };
    expect(all(done)).toEqual([{ ...done, item: { ...done.item, name: 'add', namespace: 'mcp__t' } }]);
  });

  test('a custom call is one again, its input in one piece', () => {
    const args = { type: 'response.function_call_arguments.delta', item_id: 'i', delta: '{"inp' };
    expect(
      all(
        { type: 'response.output_item.added', item: item('apply_patch', '') },
        args,
        {
          type: 'response.function_call_arguments.done',
          item_id: 'i',
          name: 'apply_patch',
          arguments: '{"input":"P\\n"}',
        },
        { type: 'response.output_item.done', item: item('apply_patch', '{"input":"P\\n"}') },
      ),
    ).toEqual([
      {
        type: 'response.output_item.added',
        item: { type: 'custom_tool_call', id: 'i', call_id: 'i', name: 'apply_patch', input: '' },
      },
      {
        type: 'response.output_item.done',
        item: { type: 'custom_tool_call', id: 'i', call_id: 'i', name: 'apply_patch', input: 'P\n' },
      },
    ]);
  });

  test.each([
    ['{"patch":"P"}', 'P'],
    ['"P"', 'P'],
    ['*** Begin Patch', '*** Begin Patch'],
    ['{"a":"P","b":"Q"}', '{"a":"P","b":"Q"}'],
  ])('a model that gives %s as the arguments of a custom tool gives %s', (args, input) => {
    const [event] = all({ type: 'response.output_item.done', item: item('apply_patch', args) });
    expect(event?.['item']).toMatchObject({ input });
  });

  test('the last event has them back too', () => {
    const output = [item('mcp__t__add', '{}'), item('apply_patch', '{"input":"P"}')];
    const [event] = all({ type: 'response.completed', response: { id: 'r', output } });
    expect(event).toEqual({
      type: 'response.completed',
      response: {
        id: 'r',
        output: [
          { ...output[0], name: 'add', namespace: 'mcp__t' },
          { type: 'custom_tool_call', id: 'i', call_id: 'i', name: 'apply_patch', input: 'P' },
        ],
      },
    });
  });

  test('events that nobody knows, and calls that were not declared, pass as they are', () => {
    const events = [
      { type: 'response.dream' },
      { type: 'response.output_item.done', item: item('shell', '{}') },
    ];
    expect(all(...events)).toEqual(events);
  });

  const BLANK = [
    { type: 'response.output_item.added', item: { type: 'message', id: 'm', content: [] } },
    { type: 'response.content_part.added', item_id: 'm', part: { type: 'output_text', text: '' } },
    { type: 'response.output_text.delta', item_id: 'm', delta: '\n\n' },
  ];
  const CLOSED = [
    { type: 'response.output_text.done', item_id: 'm', text: '\n\n' },
    {
      type: 'response.output_item.done',
      item: { type: 'message', id: 'm', content: [{ type: 'output_text', text: '\n\n' }] },
    },
  ];
  const ADDED = { type: 'response.output_item.added', item: item('exec_command', '') };
  const completed = (...output: object[]) => ({ type: 'response.completed', response: { output } });
  const MESSAGE = CLOSED[1]?.['item'] as object;

  test('a message of white space before a call is left out', () => {
    expect(all(...BLANK, ADDED, ...CLOSED, completed(MESSAGE, item('exec_command', '{}')))).toEqual([
      ADDED,
      completed(item('exec_command', '{}')),
    ]);
  });

  test('and behind one', () => {
    expect(all(ADDED, ...BLANK, ...CLOSED, completed(item('exec_command', '{}'), MESSAGE))).toEqual([
      ADDED,
      completed(item('exec_command', '{}')),
    ]);
  });

  test('alone it is the answer', () => {
    const events = [...BLANK, ...CLOSED, completed(MESSAGE)];
    expect(all(...events)).toEqual(events);
  });

  test('one that goes on with words passes from there on as it comes', () => {
    const translator = turn.events();
    expect(BLANK.flatMap((event) => translator.next(event))).toEqual([]);
    expect(translator.passes('response.output_text.delta')).toBe(false);
    const word = { type: 'response.output_text.delta', item_id: 'm', delta: 'Hi' };
    expect(translator.next(word)).toEqual([...BLANK, word]);
    expect(translator.passes('response.output_text.delta')).toBe(true);
  });

  test('a whole response object is translated the same', () => {
    expect(turn.response({ id: 'r', output: [MESSAGE, item('mcp__t__add', '{}')] })).toEqual({
      id: 'r',
      output: [{ ...item('add', '{}'), namespace: 'mcp__t' }],
    });
  });
});
