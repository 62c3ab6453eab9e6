import { CALL, HELLO, MCP, OUTPUT, PATCH, text } from './codex-items.js';

/** An item of a history, and what the server gets in its place. */
export interface Row {
  readonly name: string;
  readonly item: object;
  /** null: nothing. */
  readonly expected: object | null;
  /** Whether LMDeploy (0.14 to 0.18) refuses or fails a turn that has it as it is. */
  readonly isRefused: boolean;
}

const taken = (name: string, item: object, expected: object | null = item): Row => ({
  name,
  item,
  expected,
  isRefused: false,
});
const refused = (name: string, item: object, expected: object | null): Row => ({
  name,
  item,
  expected,
  isRefused: true,
});

const NO_IMAGE = '[An image was here. This model reads text only, so it can’t see it.]';
const IMAGE = { type: 'input_image', image_url: 'data:image/png;base64,AAAA' };
const part = (words: string) => ({ type: 'input_text', text: words });
const said = (more: object) => ({ ...text('assistant', 'hi'), id: 'msg_1', status: 'completed', ...more });
const raw = (words: string) => ({ ...CALL, arguments: JSON.stringify({ raw: words }) });
const deep = (levels: number) => `{"a":${'['.repeat(levels)}${']'.repeat(levels)}}`;

const MESSAGES: readonly Row[] = [
  taken('a message', HELLO),
  taken('a message of 0.169.0', { ...HELLO, id: 'msg_1' }),
  taken('content without anything', { ...HELLO, content: [] }),
  taken('content as a text', { ...HELLO, content: 'x' }),
  taken('an unfinished answer', {
    ...text('assistant', 'hi'),
    id: 'm',
    phase: 'commentary',
    end_turn: false,
  }),
  taken(
    'an answer of LMDeploy that 0.169.0 sends back',
    said({ content: [{ type: 'output_text', text: 'hi', annotations: [] }] }),
  ),
  refused('an answer of a server without annotations', said({}), {
    ...text('assistant', 'hi'),
    id: 'msg_1',
  }),
  refused(
    'an answer whose part has another name',
    said({ content: [{ type: 'text', text: 'hi', annotations: [] }] }),
    {
      ...text('assistant', 'hi'),
      id: 'msg_1',
      content: [{ type: 'text', text: 'hi', annotations: [] }],
    },
  ),
  refused('an answer that is a text', said({ content: 'hi' }), {
    ...text('assistant', 'hi'),
    id: 'msg_1',
    content: 'hi',
  }),
  refused('an answer without parts', said({ content: [] }), {
    ...text('assistant', 'hi'),
    id: 'msg_1',
    content: [],
  }),
  refused('a refusal', said({ content: [{ type: 'refusal', refusal: 'no' }] }), {
    ...text('assistant', 'no'),
    id: 'msg_1',
  }),
  refused(
    'an image',
    { ...HELLO, content: [IMAGE, part('what is it?')] },
    { ...HELLO, content: [part(NO_IMAGE), part('what is it?')] },
  ),
  refused(
    'a file',
    { ...HELLO, content: [{ type: 'input_file', filename: 'a.pdf' }] },
    text('user', '[The file a.pdf was here. This model reads text only.]'),
  ),
  refused(
    'a recording',
    { ...HELLO, content: [{ type: 'input_audio' }] },
    text('user', '[A recording was here. This model reads text only, so it can’t hear it.]'),
  ),
  refused(
    'a part of the future',
    { ...HELLO, content: [{ type: 'input_smell' }] },
    text('user', '[Something of the type input_smell was here, which this model can’t read.]'),
  ),
  refused(
    'a part without text',
    { ...HELLO, content: [{ type: 'input_text', text: null }] },
    text('user', ''),
  ),
  refused('null for content', { ...HELLO, content: null }, { ...HELLO, content: '' }),
  refused('a role that LMDeploy has not', { ...HELLO, role: 'tool' }, HELLO),
  refused('null for a type', { ...HELLO, type: null }, HELLO),
];

const CALLS: readonly Row[] = [
  taken('a call', CALL),
  taken('a call of 0.169.0', { ...CALL, status: 'completed' }),
  taken(
    'a call of a namespace',
    { ...CALL, name: 'add', namespace: 'mcp__t' },
    { ...CALL, name: 'mcp__t__add' },
  ),
  taken(
    'a call of a namespace that is no longer there',
    { ...CALL, name: 'add', namespace: 'mcp__gone' },
    { ...CALL, name: 'mcp__gone__add' },
  ),
  taken('null for a namespace', { ...CALL, namespace: null }),
  taken('a call without arguments, on 0.18', { ...CALL, arguments: '{}' }),
  refused('a call without arguments', { ...CALL, arguments: '' }, { ...CALL, arguments: '{}' }),
  refused('broken arguments', { ...CALL, arguments: '{"cmd": "l' }, raw('{"cmd": "l')),
  refused('a line end within a text', { ...CALL, arguments: '{"a":"\n"}' }, raw('{"a":"\n"}')),
  taken('arguments that are a list', { ...CALL, arguments: '[1]' }, raw('[1]')),
  taken('NaN, which Python reads', { ...CALL, arguments: '{"a":NaN}' }, raw('{"a":NaN}')),
  taken('arguments with blanks around', { ...CALL, arguments: ' {"a": 1}\n' }),
  taken('nesting that Python reads', { ...CALL, arguments: deep(400) }),
  refused('nesting that it does not', { ...CALL, arguments: deep(1_500) }, raw(deep(1_500))),
  taken('brackets in a text', { ...CALL, arguments: `{"a":"\\"${'['.repeat(1_500)}"}` }),
  refused(
    'a number that Python does not read',
    { ...CALL, arguments: `{"a":${'9'.repeat(5_000)}}` },
    raw(`{"a":${'9'.repeat(5_000)}}`),
  ),
  refused(
    'half a character',
    { ...CALL, arguments: '{"a":"\\ud800"}' },
    { ...CALL, arguments: '{"a":"\ufffd"}' },
  ),
  taken('a whole one in two halves', { ...CALL, arguments: '{"a":"\\ud83d\\ude00"}' }),
  refused(
    'a call without ids',
    { ...CALL, id: '', call_id: '' },
    { ...CALL, id: '', call_id: 'call_unknown' },
  ),
  refused(
    'a custom call',
    { type: 'custom_tool_call', id: 'i', call_id: 'c2', name: PATCH.name, input: '*** Begin "x"\n' },
    {
      type: 'function_call',
      id: 'i',
      call_id: 'c2',
      name: 'apply_patch',
      arguments: '{"input":"*** Begin \\"x\\"\\n"}',
    },
  ),
  refused(
    'a custom call of a namespace',
    { type: 'custom_tool_call', call_id: 'c2', name: 'exec', namespace: 'functions', input: 'text(1)' },
    { type: 'function_call', call_id: 'c2', name: 'functions__exec', arguments: '{"input":"text(1)"}' },
  ),
  refused(
    'a shell call of an older Codex',
    { type: 'local_shell_call', call_id: 'c3', status: 'completed', action: { command: ['ls'] } },
    {
      type: 'function_call',
      call_id: 'c3',
      status: 'completed',
      name: 'local_shell',
      arguments: '{"command":["ls"]}',
    },
  ),
  refused(
    'a search for tools',
    { type: 'tool_search_call', call_id: 'c4', arguments: { query: 'x' }, execution: 'client' },
    { type: 'function_call', call_id: 'c4', name: 'tool_search', arguments: '{"query":"x"}' },
  ),
];

const OUTPUTS: readonly Row[] = [
  taken('an output', OUTPUT),
  taken('an output in parts', { ...OUTPUT, output: [part('a'), part('b')] }),
  taken('an output without parts', { ...OUTPUT, output: [] }),
  taken('an output of no call', { ...OUTPUT, call_id: 'nobody' }),
  refused(
    'an output with an image',
    { ...OUTPUT, output: [part('a'), IMAGE] },
    { ...OUTPUT, output: [part('a'), part(NO_IMAGE)] },
  ),
  refused(
    'an output that is no text',
    { ...OUTPUT, output: { content: 'x' } },
    { ...OUTPUT, output: '{"content":"x"}' },
  ),
  refused('null for an output', { ...OUTPUT, output: null }, { ...OUTPUT, output: '' }),
  refused(
    'the output of a custom call',
    { type: 'custom_tool_call_output', call_id: 'c2', output: 'ok' },
    { type: 'function_call_output', call_id: 'c2', output: 'ok' },
  ),
  refused(
    'the output of a shell call',
    { type: 'local_shell_call_output', call_id: 'c3', output: 'ok' },
    { type: 'function_call_output', call_id: 'c3', output: 'ok' },
  ),
  refused(
    'what a search for tools found',
    { type: 'tool_search_output', call_id: 'c4', execution: 'client', tools: [MCP] },
    { type: 'function_call_output', call_id: 'c4', output: 'These can be called now: mcp__t__add' },
  ),
  refused(
    'a search that found nothing',
    { type: 'tool_search_output', call_id: 'c4', execution: 'client', tools: [] },
    { type: 'function_call_output', call_id: 'c4', output: 'No tool was found.' },
  ),
];

const unreadable = (what: string) => text('user', `[${what}, which only the server it came from can read.]`);
const SUMMARY = 'The conversation until here was made into a summary';
const REST: readonly Row[] = [
  refused('a thought', { type: 'reasoning', id: 'r', summary: [], encrypted_content: 'x' }, null),
  refused('a note of an older Codex', { type: 'ghost_snapshot', ghost_commit: {} }, null),
  refused('a change of the effort', { type: 'configuration_update', id: 'x' }, null),
  refused('a call for a summary', { type: 'compaction_trigger' }, null),
  refused(
    'a search',
    { type: 'web_search_call', action: { type: 'search', query: 'tea', queries: ['tea', 'Assam'] } },
    text('assistant', '[The web was searched: tea; Assam]'),
  ),
  refused('a search for nothing', { type: 'web_search_call' }, text('assistant', '[The web was searched.]')),
  refused(
    'an image that was made',
    { type: 'image_generation_call', revised_prompt: 'A cat', result: 'AAAA' },
    text('assistant', '[An image was made: A cat]'),
  ),
  refused('a summary of another server', { type: 'compaction', encrypted_content: 'x' }, unreadable(SUMMARY)),
  refused('another one', { type: 'context_compaction', encrypted_content: 'x' }, unreadable(SUMMARY)),
  refused('a reference', { type: 'item_reference', id: 'x' }, unreadable('Something was said here')),
  refused(
    'what a sub-agent is told, in the words of the model',
    {
      type: 'agent_message',
      author: '/lead',
      recipient: '/lead/t1',
      content: [part('Message Type: NEW_TASK\n'), { type: 'encrypted_content', encrypted_content: 'do it' }],
    },
    {
      ...HELLO,
      author: '/lead',
      recipient: '/lead/t1',
      content: [part('Message Type: NEW_TASK\n'), part('do it')],
    },
  ),
  refused(
    'what it is told by a model of OpenAI',
    {
      type: 'agent_message',
      content: [{ type: 'encrypted_content', encrypted_content: 'gAAAAABo-x_y9w==' }],
    },
    text('user', '[Something was here that only the server it came from can read.]'),
  ),
  refused(
    'an item of the future',
    { type: 'mind_meld', content: [{ type: 'input_text', text: 'ommm' }] },
    { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'ommm' }] },
  ),
  refused(
    'one without words',
    { type: 'mind_meld', frequency: 7 },
    unreadable('An item of the type mind_meld was here'),
  ),
];

/** Every kind of item that a history of Codex may hold. */
export const ROWS: readonly Row[] = [...MESSAGES, ...CALLS, ...OUTPUTS, ...REST];
