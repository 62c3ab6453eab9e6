import { defineConfig } from 'vitest/config';

const seed = process.env['FUZZ_SEED'] ?? String(Math.trunc(Math.random() * 2 ** 31));
const cases = process.env['FUZZ_CASES'] ?? '100000';
process.stderr.write(`FUZZ_SEED=${seed} FUZZ_CASES=${cases}\n`);

export default defineConfig({
  test: {
    include: ['test/toml/*.property.test.ts'],
    env: { FUZZ_SEED: seed, FUZZ_CASES: cases },
    testTimeout: 3_600_000,
    reporters: ['default', './test/closing-line.ts'],
  },
});
