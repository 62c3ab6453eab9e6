import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/contract/**/*.test.ts', 'test/matrix/**/*.test.ts'],
    testTimeout: 60_000,
    // A server of LMDeploy's takes some seconds to start, one after the other on two cores.
    hookTimeout: 180_000,
    fileParallelism: false,
    reporters: ['default', './test/closing-line.ts'],
  },
});
