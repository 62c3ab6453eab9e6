import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // The real LMDeploy has suites of its own: npm run test:contract and test:matrix.
    exclude: ['test/contract/**', 'test/matrix/**'],
    // The real Codex needs some seconds a turn, and two cores are all there may be.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    reporters: ['default', './test/closing-line.ts'],
  },
});
