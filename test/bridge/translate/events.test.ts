import { describe, expect, test } from 'vitest';
import { type JsonObject, translateTurn } from '../../../src/bridge/translate/turn.js';
import { fn, HELLO, MCP, PATCH, SEARCH } from './codex-items.js';

describe('events', () => {
  const turn = translateTurn({
    input: [HELLO],
    tools: [fn('exec_command'), MCP, PATCH, { ...MCP, name: 'mcp__p', tools: [PATCH] }, SEARCH],
  });
  const item = (name: string, args: string, id = 'i') => ({
    type: 'function_call',
    id,
    call_id: id,
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
    ['{"input":"P\n\tQ"}', 'P\n\tQ'],
    ['{\n  "input": "P \\"q\\"\nQ"\n}', 'P "q"\nQ'],
    ['{"input":"P', '{"input":"P'],
    ['{"input":"\\ud800"}', '\ufffd'],
    ['{"input":5}', '{"input":5}'],
    ['', ''],
  ])('a model that gives %s as the arguments of a custom tool gives %s', (args, input) => {
    const [event] = all({ type: 'response.output_item.done', item: item('apply_patch', args) });
    expect(event?.['item']).toMatchObject({ input });
  });

  test('a custom tool of a namespace, too', () => {
    const [event] = all({
      type: 'response.output_item.done',
      item: item('mcp__p__apply_patch', '{"input":"P"}'),
    });
    expect(event?.['item']).toEqual({
      type: 'custom_tool_call',
      id: 'i',
      call_id: 'i',
      name: 'apply_patch',
      namespace: 'mcp__p',
      input: 'P',
    });
  });

  test.each([
    ['{"query":"x","limit":3}', { query: 'x', limit: 3 }],
    ['{"quer', {}],
  ])('a search for tools with %s is one again', (args, expected) => {
    const [event] = all({ type: 'response.output_item.done', item: item('tool_search', args) });
    expect(event?.['item']).toEqual({
      type: 'tool_search_call',
      execution: 'client',
      id: 'i',
      call_id: 'i',
      arguments: expected,
    });
  });

  test('calls side by side are told apart by their ids', () => {
    const delta = (id: string) => ({
      type: 'response.function_call_arguments.delta',
      item_id: id,
      delta: '{',
    });
    const added = (one: object) => ({ type: 'response.output_item.added', item: one });
    const done = (one: object) => ({ type: 'response.output_item.done', item: one });
    const sent = all(
      added(item('mcp__t__add', '', 'a')),
      added(item('apply_patch', '', 'b')),
      added(item('exec_command', '', 'c')),
      ...['b', 'a', 'c', 'b', 'a'].map(delta),
      done(item('mcp__t__add', '{"a":1}', 'a')),
      done(item('apply_patch', '{"input":"P"}', 'b')),
      done(item('exec_command', '{}', 'c')),
    );
    expect(sent.filter(({ type }) => String(type).endsWith('delta')).map((one) => one['item_id'])).toEqual([
      'a',
      'c',
      'a',
    ]);
    expect(sent.slice(-3).map((one) => one['item'])).toEqual([
      { ...item('add', '{"a":1}', 'a'), namespace: 'mcp__t' },
      { type: 'custom_tool_call', id: 'b', call_id: 'b', name: 'apply_patch', input: 'P' },
      item('exec_command', '{}', 'c'),
    ]);
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

  // LMDeploy has one message a turn, wherever in it the model says something.
  test('what the model says behind its call is not lost with what it left blank before', () => {
    const word = { type: 'response.output_text.delta', item_id: 'm', delta: 'Hi' };
    const done = {
      type: 'response.output_item.done',
      item: { ...MESSAGE, content: [{ type: 'output_text', text: '\n\nHi' }] },
    };
    const events = [...BLANK, ADDED, word, done];
    expect(all(...events)).toEqual([ADDED, ...BLANK, word, done]);
  });

  test.each(['response.incomplete', 'response.failed'])('alone before %s it is the answer, too', (type) => {
    const events = [...BLANK, ...CLOSED, { type, response: { output: [MESSAGE] } }];
    expect(all(...events)).toEqual(events);
  });

  test('a repeated sign of life ends nothing', () => {
    const alive = { type: 'response.in_progress', response: { output: [] } };
    expect(all(...BLANK, alive, ADDED, completed())).toEqual([alive, ADDED, completed()]);
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

  test('arguments need no look until a call has none in Codex', () => {
    const translator = turn.events();
    const deltas = 'response.function_call_arguments.delta';
    expect(translator.passes(deltas)).toBe(true);
    translator.next({ type: 'response.output_item.added', item: item('apply_patch', '') });
    expect(translator.passes(deltas)).toBe(false);
    expect(translator.passes('response.output_item.done')).toBe(false);
  });

  test('two streams of one turn know nothing of each other', () => {
    const [one, other] = [turn.events(), turn.events()];
    one.next({ type: 'response.output_item.added', item: item('apply_patch', '') });
    const delta = { type: 'response.function_call_arguments.delta', item_id: 'i', delta: '{' };
    expect([one.next(delta), other.next(delta)]).toEqual([[], [delta]]);
  });

  test('a whole response object is translated the same', () => {
    expect(turn.response({ id: 'r', output: [MESSAGE, item('mcp__t__add', '{}')] })).toEqual({
      id: 'r',
      output: [{ ...item('add', '{}'), namespace: 'mcp__t' }],
    });
  });
});
