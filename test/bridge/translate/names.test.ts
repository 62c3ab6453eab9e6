import { expect, test } from 'vitest';
import { flatName, namesFor } from '../../../src/bridge/translate/names.js';

const tool = (namespace: string | null, name: string) => ({ kind: 'function' as const, namespace, name });
const flats = (...tools: ReturnType<typeof tool>[]) => [...namesFor(tools).origins.keys()];

test.each([
  [null, 'exec_command', 'exec_command'],
  ['mcp__t', 'add', 'mcp__t__add'],
  ['mcp__t__', 'add', 'mcp__t__add'],
  ['mcp__t', 'get-sum', 'mcp__t__get-sum'],
  ['mcp__t', 'files.read', 'mcp__t__files_read_d4bbc6de'],
  ['mcp__t', 'é', 'mcp__t____0fb83d86'],
  ['n'.repeat(40), 't'.repeat(40), `${'n'.repeat(40)}__${'t'.repeat(13)}_56acee6d`],
])('%s, %s: %s', (namespace, name, expected) => {
  expect(flatName(namespace, name)).toBe(expected);
});

test('names that are cut to the same text are told apart', () => {
  const long = 'n'.repeat(70);
  expect(flatName('mcp__t', `${long}a`)).not.toBe(flatName('mcp__t', `${long}b`));
});

test('the plain name stays with the plain tool, wherever it stands', () => {
  const [mcp, own] = [tool('a', 'b'), tool(null, 'a__b')];
  for (const tools of [
    [mcp, own],
    [own, mcp],
  ]) {
    const names = namesFor(tools);
    expect(names.flat(null, 'a__b')).toBe('a__b');
    expect(names.flat('a', 'b')).toMatch(/^a__b_[0-9a-f]{8}$/);
  }
});

test('a name that looks like one with a hash is never given twice', () => {
  const hashed = namesFor([tool(null, 'a__b'), tool('a', 'b')]).flat('a', 'b');
  const names = flats(tool(null, 'a__b'), tool(null, hashed), tool('a', 'b'), tool('a__', 'b'));
  expect(new Set(names).size).toBe(4);
  expect(names.slice(0, 2)).toEqual(['a__b', hashed]);
});

test('the same tool twice counts once; one that is not offered has its usual name', () => {
  const names = namesFor([tool('a', 'b'), tool('a', 'b')]);
  expect([...names.origins.keys()]).toEqual(['a__b']);
  expect(names.flat('gone', 'b')).toBe('gone__b');
});
