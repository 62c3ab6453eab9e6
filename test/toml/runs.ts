const { env } = process;
const seed = env['FUZZ_SEED'];

/** How many cases a property gets: some hundreds with the other tests, FUZZ_CASES of them in `npm run test:fuzz`. */
export const FUZZ: { numRuns: number; seed?: number } = {
  numRuns: Number(env['FUZZ_CASES'] ?? 500),
  ...(seed === undefined ? {} : { seed: Number(seed) }),
};
