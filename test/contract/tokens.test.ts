import { afterAll, beforeAll, expect, test } from 'vitest';
import { codexOn } from '../codex-on.js';
import { NEWEST, type Real, startReal } from './real.js';
import { MODEL } from './shapes.js';

let real: Real;

beforeAll(async () => {
  real = await startReal(NEWEST, { parser: 'qwen3' });
});

afterAll(() => real?.close());

/** The tokens of the first turn that the real Codex sends, as they reach the engine. */
async function tokens(flags: readonly string[], profile?: string): Promise<number> {
  const { exec } = await codexOn(real.baseUrl, { flags, ...(profile !== undefined && { profile }) });
  const before = real.prompts().length;
  await exec('Say hello.');
  return real.prompts()[before]?.tokens ?? Number.NaN;
}

test('a lean profile takes at most 82 % of the tokens of the documented block, with the compact prompt 40 %', async () => {
  const block = await tokens(['--offline', '--model', MODEL]);
  const lean = await tokens([], 'lmdeploy');
  const compact = await tokens(['--prompt', 'compact'], 'lmdeploy');
  expect(block).toBeGreaterThan(4_000);
  expect(lean / block).toBeLessThanOrEqual(0.82);
  expect(compact / block).toBeLessThanOrEqual(0.4);
});
