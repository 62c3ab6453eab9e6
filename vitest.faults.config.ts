import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/faults/scores.ts'],
    testTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
    reporters: ['default', './test/closing-line.ts'],
  },
});
