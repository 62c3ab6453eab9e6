import { expect, test } from 'vitest';
import type { FileRecord, MadeCatalog } from '../../src/codex/journal.js';
import { planCatalog, planCatalogRemoval } from '../../src/codex/plan-catalog.js';

const made = (text: string): MadeCatalog => ({
  text,
  tool: '0.1.0',
  codex: '0.169.0',
  prompt: 'codex',
  promptHash: 'x',
});
const seen = (text: string | null, record: FileRecord | null = null) => ({ path: '/h/c.json', text, record });

test('made, made again without a change, made anew', () => {
  const first = planCatalog(seen(null), 'lmdeploy', made('a'));
  expect(first).toMatchObject({
    kind: 'catalog',
    action: 'create',
    isChange: true,
    before: null,
    after: 'a',
  });
  const again = planCatalog(seen('a', first.record), 'lmdeploy', made('a'));
  expect(again).toMatchObject({ action: 'unchanged', isChange: false, record: first.record });
  const anew = planCatalog(seen('a', first.record), 'lmdeploy', made('b'));
  expect(anew).toMatchObject({ action: 'update', isChange: true, after: 'b' });
  expect(anew.record?.imprints).toHaveLength(1);
});

test('another Codex with the same prompt: the file stays, what is remembered does not', () => {
  const first = planCatalog(seen(null), 'lmdeploy', made('a'));
  const newer = planCatalog(seen('a', first.record), 'lmdeploy', { ...made('a'), codex: '0.170.0' });
  expect(newer).toMatchObject({ action: 'unchanged', isChange: true });
  expect(newer.record?.imprints[0]?.catalog?.codex).toBe('0.170.0');
});

test('two providers share the file; each goes on its own, in any order', () => {
  const first = planCatalog(seen(null), 'one', made('a'));
  const second = planCatalog(seen('a', first.record), 'two', made('b'));
  const withoutTwo = planCatalogRemoval(seen('b', second.record), ['two']);
  expect(withoutTwo).toMatchObject({ action: 'update', after: 'a' });
  expect(planCatalogRemoval(seen('a', withoutTwo.record), ['one'])).toMatchObject({
    action: 'delete',
    after: null,
  });
  const withoutOne = planCatalogRemoval(seen('b', second.record), ['one']);
  expect(withoutOne).toMatchObject({ action: 'unchanged', isChange: true, after: 'b' });
  expect(planCatalogRemoval(seen('b', withoutOne.record), ['two'])).toMatchObject({
    action: 'delete',
    record: null,
  });
  expect(planCatalogRemoval(seen('b', second.record), ['one', 'two'])).toMatchObject({ action: 'delete' });
});

test('one that somebody has edited stays, and is forgotten', () => {
  const { record } = planCatalog(seen(null), 'lmdeploy', made('a'));
  const kept = planCatalogRemoval(seen('a, and mine', record), ['lmdeploy']);
  expect(kept).toMatchObject({
    action: 'unchanged',
    after: 'a, and mine',
    record: null,
    isEdited: true,
    isChange: true,
  });
});

test('one that is gone already is only forgotten', () => {
  const { record } = planCatalog(seen(null), 'lmdeploy', made('a'));
  expect(planCatalogRemoval(seen(null, record), ['lmdeploy'])).toMatchObject({
    action: 'unchanged',
    record: null,
  });
});
