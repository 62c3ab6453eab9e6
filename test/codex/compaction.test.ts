import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compactionLimit } from '../../src/codex/compaction.js';

test('a large window needs none: a tenth of it is room enough', () => {
  expect(compactionLimit(262_144, 8_191)).toBeNull();
  expect(compactionLimit(125_000, null)).toBeNull();
});

test('a small one compacts while there is room for an output and a summary', () => {
  expect(compactionLimit(32_768, 8_191)).toBe(24_576);
  expect(compactionLimit(16_384, 6_513)).toBe(12_288);
  expect(compactionLimit(16_384, null)).toBe(12_288);
});

test('it is never later than what Codex does by itself, and never before its first turn', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2_048, max: 1_000_000 }),
      fc.integer({ min: 500, max: 20_000 }),
      (window, first) => {
        const limit = compactionLimit(window, first);
        if (limit === null) return;
        expect(limit).toBeLessThanOrEqual(window * 0.9);
        if (first < window * 0.8) expect(limit).toBeGreaterThan(first);
      },
    ),
  );
});
