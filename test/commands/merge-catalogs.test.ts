import { expect, test } from 'vitest';
import { catalogText } from '../../src/codex/catalog.js';
import type { MadeCatalog } from '../../src/codex/journal.js';
import { mergeCatalogs } from '../../src/commands/merge-catalogs.js';

const NOTHING = { text: null, made: undefined };

/** Of a server with these models, measured for the first of them. */
function made(window: number, ...slugs: string[]): MadeCatalog {
  const entries = slugs.map((slug, priority) => ({ slug, priority, context_window: window }));
  return { text: catalogText(entries), tool: '0.1.0', codex: '0.169.0', prompt: 'codex', promptHash: 'x' };
}

const listed = (catalog: MadeCatalog | null) =>
  catalog &&
  (JSON.parse(catalog.text).models as { slug: string; priority: number; context_window: number }[]).map(
    ({ slug, priority, context_window }) => [slug, priority, context_window],
  );

test('each model has the window that was measured for it, in the order of the profiles', () => {
  const merged = mergeCatalogs([made(1000, 'a', 'b', 'c'), made(2000, 'b', 'a', 'c')], NOTHING, new Set());
  expect(listed(merged)).toEqual([
    ['a', 0, 1000],
    ['b', 1, 2000],
    ['c', 2, 1000],
  ]);
  expect(merged).toMatchObject({ codex: '0.169.0', prompt: 'codex' });
});

test('what other profiles go by stays behind them, and nothing else', () => {
  const there = made(3000, 'a', 'gone', 'forgotten');
  const before = { text: there.text, made: there };
  expect(listed(mergeCatalogs([made(1000, 'a')], before, new Set(['a', 'gone'])))).toEqual([
    ['a', 0, 1000],
    ['gone', 1, 3000],
  ]);
  expect(listed(mergeCatalogs([], before, new Set(['gone'])))).toEqual([['gone', 0, 3000]]);
  expect(mergeCatalogs([], before, new Set())).toBeNull();
});

test.each(['no JSON', '{}', '{"models": [1, null]}', '{"models": [{"slug": 1}]}'])(
  'a file of which somebody made %j has nothing to keep',
  (text) => {
    const before = { text, made: made(1, 'a') };
    expect(mergeCatalogs([], before, new Set(['a']))).toBeNull();
    expect(listed(mergeCatalogs([made(1000, 'a')], before, new Set(['gone'])))).toEqual([['a', 0, 1000]]);
  },
);
