import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ACCEPTED_ITEMS } from '../../../src/bridge/translate/history.js';
import { type JsonObject, translateTurn } from '../../../src/bridge/translate/turn.js';
import { BEHAVIOUR, RELEASES } from '../../../src/stand-in/release.js';
import { readRequest } from '../../../src/stand-in/request.js';
import { namespaceTool, request, tools } from './requests.js';

const NAME = /^[a-zA-Z0-9_-]{1,64}$/;

const toolsIn = ({ tools: sent }: JsonObject) => (sent ?? []) as JsonObject[];
const itemsIn = ({ input }: JsonObject) => (Array.isArray(input) ? (input as JsonObject[]) : []);

test('whatever Codex may send, the stand-in takes it as every release of LMDeploy', () => {
  fc.assert(
    fc.property(request, fc.constantFrom(...RELEASES), (body, release) => {
      const served = { models: ['m'], toolCallParser: true, behaviour: BEHAVIOUR[release] };
      const sent = translateTurn(body).body;
      expect(() => readRequest(JSON.stringify(sent), served)).not.toThrow();
    }),
    { numRuns: 3_000 },
  );
});

test('items and tools are of the types that LMDeploy takes, names fit and are there once', () => {
  fc.assert(
    fc.property(request, (body) => {
      const { body: sent } = translateTurn(body);
      for (const item of itemsIn(sent)) {
        expect(ACCEPTED_ITEMS).toContain(item['type'] ?? 'message');
        if (item['type'] !== 'function_call') continue;
        expect(item['name']).toMatch(NAME);
        // What a chat template goes through by its names.
        expect(JSON.parse(item['arguments'] as string)).toBeTypeOf('object');
        expect(item['arguments']).toMatch(/^\s*\{/);
      }
      const names = toolsIn(sent).map(({ name }) => name);
      for (const tool of toolsIn(sent)) {
        expect(tool).toMatchObject({ type: 'function', name: expect.stringMatching(NAME) });
        expect(tool).not.toHaveProperty('namespace');
      }
      expect(new Set(names).size).toBe(names.length);
      const { tool_choice: choice } = sent;
      if (typeof choice === 'object' && choice !== null)
        expect(names).toContain((choice as JsonObject)['name']);
    }),
    { numRuns: 2_000 },
  );
});

test('a second translation changes nothing', () => {
  fc.assert(
    fc.property(request, (body) => {
      const { body: once } = translateTurn(body);
      expect(translateTurn(once).body).toBe(once);
    }),
    { numRuns: 2_000 },
  );
});

test('what came is left as it is', () => {
  fc.assert(
    fc.property(request, (body) => {
      const before = JSON.stringify(body);
      const turn = translateTurn(body);
      expect(JSON.stringify(body)).toBe(before);
      expect(JSON.stringify(translateTurn(JSON.parse(before)).body)).toBe(JSON.stringify(turn.body));
    }),
    { numRuns: 500 },
  );
});

interface Known {
  readonly type: string;
  readonly execution: string | undefined;
  readonly namespace: string | null;
  readonly name: string;
}

test('names go out and come back one to one, and are the same when a tool comes or goes', () => {
  fc.assert(
    fc.property(tools, namespaceTool, (offered, another) => {
      const called = (all: readonly object[]) => {
        const turn = translateTurn({ input: 'x', tools: all });
        return toolsIn(turn.body).map(({ name: flat }) => {
          const item = { type: 'function_call', id: 'i', call_id: 'i', name: flat, arguments: '{}' };
          const [event] = turn.events().next({ type: 'response.output_item.done', item });
          const { type, name = 'tool_search', namespace = null } = (event?.['item'] ?? {}) as JsonObject;
          return { flat, own: JSON.stringify([namespace, name]), type };
        });
      };
      const before = called(offered);
      const known = offered.flatMap((one): Known[] =>
        'tools' in one
          ? one.tools.map((inner) => ({ ...inner, namespace: one.name }))
          : [{ ...one, namespace: null }],
      );
      const callable = known.flatMap(({ type, execution, namespace, name }) => {
        if (type === 'tool_search') return execution === 'client' ? ['[null,"tool_search"]'] : [];
        return type === 'function' || type === 'custom' ? [JSON.stringify([namespace, name])] : [];
      });
      expect(before.map(({ own }) => own)).toEqual([...new Set(callable)]);
      // A collision is told apart by what stands first, so what comes last changes no name.
      const after = new Map(called([...offered, another]).map(({ own, flat }) => [own, flat]));
      for (const { own, flat } of before) expect(after.get(own)).toBe(flat);
    }),
    { numRuns: 1_000 },
  );
});
