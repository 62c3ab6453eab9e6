import { expect, test } from 'vitest';
import { abridged, catalogText, entriesFor, turnCatalog } from '../../src/codex/catalog.js';

const ALIKE = { contextWindow: 32_768, prompt: 'Be good.', parallelToolCalls: false };

test('an entry for each served model, the one in use first, text only, without a tool for patches', () => {
  const entries = entriesFor(['a/b', 'lora'], ALIKE);
  expect(entries.map(({ slug, priority }) => [slug, priority])).toEqual([
    ['a/b', 0],
    ['lora', 1],
  ]);
  for (const entry of entries) {
    expect(entry).toMatchObject({
      context_window: 32_768,
      input_modalities: ['text'],
      base_instructions: 'Be good.',
      supports_parallel_tool_calls: false,
    });
    expect(entry).not.toHaveProperty('apply_patch_tool_type');
  }
});

test('a gateway with thousands of models does not fill the disk with prompts', () => {
  const names = Array.from({ length: 10_000 }, (_, index) => `model-${index}`);
  expect(entriesFor(names, ALIKE).map(({ slug }) => slug)).toEqual(names.slice(0, 64));
});

test('any name and any prompt comes back out of the text as it was', () => {
  const [name, prompt] = ['a"b\\c\u0007\u202e✓', 'line\nline\t"quoted"\u0000'];
  const text = catalogText(entriesFor([name], { ...ALIKE, prompt }));
  expect(JSON.parse(text).models).toMatchObject([{ slug: name, base_instructions: prompt }]);
});

test('what a turn shows of an entry: neither its window nor the order of its keys', () => {
  const [entry = {}] = entriesFor(['m'], ALIKE);
  const turned = Object.fromEntries(Object.entries({ ...entry, context_window: 1 }).reverse());
  expect(turnCatalog(turned)).toBe(turnCatalog(entry));
  expect(turnCatalog({ ...entry, base_instructions: 'x' })).not.toBe(turnCatalog(entry));
});

test('a diff shows of a long prompt how it begins, how long it is, and that it is another one', () => {
  const textOf = (prompt: string) => catalogText(entriesFor(['m'], { ...ALIKE, prompt }));
  const [one, other] = [`You are "Codex".\n${'a'.repeat(1_000)}`, `You are "Codex".\n${'a'.repeat(999)}b`];
  const shown = abridged(textOf(one));
  expect(shown).toMatch(
    /"base_instructions": "You are \\"Codex\\"\.\\na+…" \(1,017 characters, SHA-256 [0-9a-f]{8}\)/,
  );
  expect(shown.length).toBeLessThan(1_000);
  expect(abridged(textOf(other))).not.toBe(shown);
  expect(abridged(textOf('short'))).toBe(textOf('short'));
});
