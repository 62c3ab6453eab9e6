import { describe, expect, test } from 'vitest';
import { type JsonObject, translateTurn } from '../../../src/bridge/translate/turn.js';
import { AGENTS, FLAT_PATCH, fn, HELLO, MCP, PATCH, SEARCH, WEB_SEARCH } from './codex-items.js';

const toolsOf = (tools: object[], more: object = {}) =>
  translateTurn({ model: 'm', input: [HELLO], tools, ...more }).body;

describe('tools', () => {
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

  test('a search for tools becomes a function', () => {
    const { execution: _execution, ...search } = SEARCH;
    expect(toolsOf([SEARCH])['tools']).toEqual([
      { ...search, type: 'function', name: 'tool_search', strict: false },
    ]);
  });

  test('what a search found is among the tools from then on, behind the others', () => {
    const input = [HELLO, { type: 'tool_search_output', call_id: 'c', tools: [AGENTS] }];
    const tools = translateTurn({ input, tools: [SEARCH, fn('a')] }).body['tools'] as JsonObject[];
    expect(tools.map(({ name }) => name)).toEqual([
      'tool_search',
      'a',
      'multi_agent_v1__spawn_agent',
      'multi_agent_v1__wait_agent',
    ]);
  });

  test('other types are left out and named', () => {
    const turn = translateTurn({
      input: [HELLO],
      tools: [WEB_SEARCH, fn('a'), { type: 'x', name: 'y' }, { ...MCP, tools: [WEB_SEARCH] }, fn('')],
    });
    expect(turn.body['tools']).toEqual([fn('a')]);
    expect(turn.leftOut).toEqual([
      'the tool web_search',
      'the tool x',
      'the tool web_search',
      'the tool function',
    ]);
  });

  test('schemas and what they are to be kept to pass as they are', () => {
    const strict = fn('a', { strict: true, parameters: { $ref: '#/$defs/x', oneOf: [] }, output_schema: {} });
    const [tool] = toolsOf([{ ...MCP, tools: [strict] }])['tools'] as object[];
    expect(tool).toEqual({ ...strict, name: 'mcp__t__a' });
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
    expect(toolsOf([WEB_SEARCH], { tool_choice: 'required' })['tool_choice']).toBe('auto');
  });
});
