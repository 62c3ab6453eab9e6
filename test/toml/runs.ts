const { env } = process;
const seed = env['FUZZ_SEED'];
const cases = env['FUZZ_CASES'];

/** How many cases a property gets: some hundreds with the other tests, FUZZ_CASES of them in `npm run test:fuzz`. */
export const FUZZ: { numRuns: number; seed?: number; interruptAfterTimeLimit?: number } = {
  numRuns: Number(cases ?? 500),
  // Making a counterexample smaller may take longer than a test is given, which would then tell nothing.
  ...(cases === undefined ? { interruptAfterTimeLimit: 30_000 } : {}),
  ...(seed === undefined ? {} : { seed: Number(seed) }),
};

/** For the properties that look at a part of that only: in `npm run test:fuzz` a tenth. */
export const FUZZ_FEW = { ...FUZZ, numRuns: cases === undefined ? 500 : Math.ceil(Number(cases) / 10) };
