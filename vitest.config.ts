import { defineConfig } from 'vitest/config';
import { notHere } from './test/not-here.js';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // What is installed first has suites of its own: npm run test:contract, test:matrix and test:nodes.
    exclude: ['test/contract/**', 'test/matrix/**', 'test/nodes/**', ...notHere(process.platform)],
    // The real Codex needs some seconds a turn, and two cores are all there may be.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // What a test waits for comes when it comes: a busy machine needs ten times as long as an idle one.
    expect: { poll: { timeout: 60_000 } },
    // Vitest would leave one of two cores to others; most tests wait for programs that they have started.
    maxWorkers: 2,
    reporters: ['default', './test/closing-line.ts'],
  },
});
