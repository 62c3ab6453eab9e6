import { expect, test } from 'vitest';
import { type JsonObject, translateTurn } from '../../../src/bridge/translate/turn.js';
import recorded from '../../../src/codex/first-turn-0.169.0.json' with { type: 'json' };
import { fn, HELLO, MCP, text } from './codex-items.js';

const namesIn = ({ tools }: JsonObject) => (tools as JsonObject[]).map(({ name }) => name);

test('a turn that needs no translation is the very object that came', () => {
  const body = { model: 'm', stream: true, input: [HELLO], tools: [fn('exec_command')], tool_choice: 'auto' };
  expect(translateTurn(body).body).toBe(body);
});

test('the first turn that Codex 0.169.0 sends changes in its tools only', () => {
  const { body, leftOut } = translateTurn(recorded.body);
  expect({ ...body, tools: null }).toEqual({ ...recorded.body, tools: null });
  expect(leftOut).toEqual(['the tool web_search']);
  const names = ['exec_command', 'write_stdin', 'request_user_input', 'view_image'];
  const agents = ['close_agent', 'resume_agent', 'send_input', 'spawn_agent', 'wait_agent'];
  expect(namesIn(body).slice(0, 9)).toEqual([...names, ...agents.map((name) => `multi_agent_v1__${name}`)]);
  expect(translateTurn(body).body).toBe(body);
});

// What a server has of a turn in its prefix cache is what the next one begins with.
test('a later turn begins as the one before it did', () => {
  const call = { type: 'function_call', call_id: 'c', name: 'add', namespace: 'mcp__t', arguments: '' };
  const output = { type: 'function_call_output', call_id: 'c', output: [{ type: 'input_image' }] };
  const reasoning = { type: 'reasoning', summary: [] };
  const turns = [
    [HELLO],
    [HELLO, reasoning, call, output],
    [HELLO, reasoning, call, output, text('user', 'x')],
  ];
  const sent = turns.map((input) => translateTurn({ input, tools: [MCP, fn('a')] }).body);
  for (const [index, { input, tools }] of sent.slice(1).entries()) {
    const before = sent[index]?.['input'] as object[];
    expect((input as object[]).slice(0, before.length)).toEqual(before);
    expect(tools).toEqual(sent[0]?.['tools']);
  }
});

test('tools that come as an item of the input are tools of the turn', () => {
  const { body } = translateTurn({ input: [{ type: 'additional_tools', tools: [MCP] }, HELLO] });
  expect(body).toEqual({ input: [HELLO], tools: [fn('add', { name: 'mcp__t__add' })] });
});

test('an input that is a text passes', () => {
  const body = { input: 'hello', tools: [fn('a')] };
  expect(translateTurn(body).body).toBe(body);
});
