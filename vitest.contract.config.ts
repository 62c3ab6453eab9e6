import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/contract/**/*.test.ts', 'test/matrix/**/*.test.ts', 'test/nodes/**/*.test.ts'],
    globalSetup: 'test/contract/warm.ts',
    // A server of LMDeploy's takes some seconds to start, and two cores are all there may be, with other work on them.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 60_000 } },
    maxWorkers: 2,
    reporters: ['default', './test/closing-line.ts'],
  },
});
