import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ACCEPTED_ITEMS } from '../../../src/bridge/translate/history.js';
import { type JsonObject, translateTurn } from '../../../src/bridge/translate/turn.js';

// What LMDeploy 0.14 to 0.18 takes of a request, as its serve/openai/responses/request.py reads it.
const PARTS = ['input_text', 'output_text', 'text'];
const ROLES = ['system', 'developer', 'user', 'assistant'];
const NAME = /^[a-zA-Z0-9_-]{1,64}$/;

const name = fc.oneof(
  fc.constantFrom('add', 'a__b', 'b', 'apply_patch', 'mcp__t', 'mcp__t__add', 'x.y', 'é', 'n'.repeat(70)),
  fc.string({ minLength: 1, maxLength: 80 }),
);
const plainTool = fc.record({
  type: fc.constantFrom('function', 'custom', 'web_search', 'computer', 'image_generation'),
  name,
  description: fc.option(fc.string(), { nil: undefined }),
});
const namespaceTool = fc.record({
  type: fc.constant('namespace'),
  name,
  description: fc.string(),
  tools: fc.array(plainTool, { maxLength: 4 }),
});
const tools = fc.array(fc.oneof(plainTool, namespaceTool), { maxLength: 8 });

const part = fc.oneof(
  fc.record({
    type: fc.constantFrom('input_text', 'output_text', 'text'),
    text: fc.oneof(fc.string(), fc.constant(null)),
  }),
  fc.record({ type: fc.constantFrom('input_image', 'input_file', 'refusal', 'input_audio', 'x') }),
  fc.string(),
  fc.constant(null),
  fc.constant({}),
);
const content = fc.oneof(
  fc.string(),
  fc.array(part, { maxLength: 4 }),
  fc.constant(null),
  fc.constant({ content: 'x' }),
  fc.constant(undefined),
);
const args = fc.oneof(
  fc.json(),
  fc.string(),
  fc.constant(''),
  fc.constant('{"a":"\\ud800"}'),
  fc.constant(undefined),
  fc.constant({ a: 1 }),
);
const item = fc.record(
  {
    type: fc.constantFrom(
      ...['message', 'function_call', 'function_call_output', 'custom_tool_call', 'custom_tool_call_output'],
      ...['reasoning', 'web_search_call', 'local_shell_call', 'tool_search_call', 'tool_search_output'],
      ...[
        'compaction',
        'item_reference',
        'additional_tools',
        'ghost_snapshot',
        'image_generation_call',
        'constructor',
      ],
    ),
    role: fc.constantFrom('user', 'assistant', 'developer', 'system', 'tool', undefined),
    content,
    output: content,
    name: fc.oneof(name, fc.constant('')),
    namespace: fc.option(name, { nil: undefined }),
    arguments: args,
    input: fc.oneof(fc.string(), fc.constant(undefined)),
    call_id: fc.oneof(fc.string({ minLength: 1 }), fc.constant(undefined)),
    id: fc.oneof(fc.string(), fc.constant(undefined)),
    action: fc.constantFrom(undefined, { query: 'q' }, { command: ['ls'] }),
    tools: fc.option(tools, { nil: undefined }),
  },
  { requiredKeys: ['type'] },
);
const request = fc.record(
  {
    model: fc.string(),
    stream: fc.boolean(),
    input: fc.oneof(fc.string(), fc.array(item, { minLength: 1, maxLength: 12 })),
    tools: fc.oneof(tools, fc.constant(undefined)),
    tool_choice: fc.oneof(
      fc.constantFrom('auto', 'none', 'required'),
      fc.record({
        type: fc.constantFrom('function', 'custom', 'web_search', 'allowed_tools'),
        name,
        namespace: fc.option(name, { nil: undefined }),
      }),
    ),
    reasoning: fc.constantFrom(undefined, null, { effort: 'max' }, { summary: 'auto' }),
  },
  { requiredKeys: ['input'] },
);

function textOf(value: unknown): boolean {
  if (typeof value === 'string') return true;
  if (!Array.isArray(value)) return false;
  return value.every((one) => PARTS.includes(one?.type) && typeof one.text === 'string');
}

function accepts(one: JsonObject): boolean {
  switch (one['type']) {
    case 'message':
      return ROLES.includes(one['role'] as string) && textOf(one['content']);
    case 'function_call': {
      const parsed: unknown = JSON.parse(one['arguments'] as string);
      const isObject = typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed);
      return (
        isObject &&
        NAME.test(one['name'] as string) &&
        typeof one['call_id'] === 'string' &&
        one['call_id'] !== ''
      );
    }
    default:
      return typeof one['call_id'] === 'string' && one['call_id'] !== '' && textOf(one['output']);
  }
}

test('whatever Codex may send, LMDeploy gets items and tools that it takes', () => {
  fc.assert(
    fc.property(request, (body) => {
      const { body: sent } = translateTurn(body as JsonObject);
      const flat = (sent['tools'] ?? []) as JsonObject[];
      for (const tool of flat) {
        expect(tool['type']).toBe('function');
        expect(tool['name']).toMatch(NAME);
        expect(tool).not.toHaveProperty('namespace');
      }
      expect(new Set(flat.map((tool) => tool['name'])).size).toBe(flat.length);
      if (Array.isArray(sent['input'])) {
        expect(sent['input'].length).toBeGreaterThan(0);
        for (const one of sent['input'] as JsonObject[]) {
          expect(ACCEPTED_ITEMS).toContain(one['type']);
          expect(accepts(one), JSON.stringify(one)).toBe(true);
        }
      }
      const choice = sent['tool_choice'];
      if (typeof choice === 'object' && choice !== null) {
        expect(choice).toMatchObject({ type: 'function' });
        expect(flat.map((tool) => tool['name'])).toContain((choice as JsonObject)['name']);
      } else expect([undefined, 'auto', 'none', 'required']).toContain(choice);
      if (choice === 'required') expect(flat.length).toBeGreaterThan(0);
    }),
    { numRuns: 2_000 },
  );
});

test('a second translation changes nothing', () => {
  fc.assert(
    fc.property(request, (body) => {
      const { body: once } = translateTurn(body as JsonObject);
      expect(translateTurn(once).body).toBe(once);
    }),
    { numRuns: 2_000 },
  );
});

test('names go out and come back one to one, and are the same when a tool comes or goes', () => {
  fc.assert(
    fc.property(tools, namespaceTool, (offered, another) => {
      const called = (all: readonly object[]) => {
        const turn = translateTurn({ input: 'x', tools: all });
        return ((turn.body['tools'] ?? []) as JsonObject[]).map(({ name: flat }) => {
          const item = { type: 'function_call', id: 'i', call_id: 'i', name: flat, arguments: '{}' };
          const [event] = turn.events().next({ type: 'response.output_item.done', item });
          const { name: own, namespace = null } = (event?.['item'] ?? {}) as JsonObject;
          return { flat, own: JSON.stringify([namespace, own]) };
        });
      };
      const before = called(offered);
      const known = offered.flatMap((one) =>
        'tools' in one
          ? one.tools.map((inner) => [inner.type, one.name, inner.name])
          : [[one.type, null, one.name]],
      );
      const callable = known
        .filter(([type]) => type === 'function' || type === 'custom')
        .map(([, ...own]) => JSON.stringify(own));
      expect(before.map(({ own }) => own)).toEqual([...new Set(callable)]);
      // A collision is told apart by what stands first, so what comes last changes no name.
      const after = new Map(called([...offered, another]).map(({ own, flat }) => [own, flat]));
      for (const { own, flat } of before) expect(after.get(own)).toBe(flat);
    }),
    { numRuns: 1_000 },
  );
});
