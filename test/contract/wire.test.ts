import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ReleaseName } from '../../src/stand-in/release.js';
import { type StandIn, startStandIn } from '../../src/stand-in/server.js';
import { look, observe } from './observe.js';
import { RELEASES, type Real, startReal } from './real.js';
import { script } from './script.js';
import { MODEL, SHAPES } from './shapes.js';

const CONTEXT_LENGTH = 65_536;

describe.each(RELEASES)('LMDeploy $release', (release) => {
  let real: Real;
  let standIn: StandIn;

  beforeAll(async () => {
    real = await startReal(release, { parser: 'qwen3', sessionLength: CONTEXT_LENGTH });
    standIn = await startStandIn({
      release: release.release as ReleaseName,
      models: [MODEL],
      contextLength: CONTEXT_LENGTH,
      script,
    });
  });

  afterAll(async () => {
    await Promise.all([real?.close(), standIn?.close()]);
  });

  test.each(SHAPES)('$name', async (shape) => {
    const [theirs, ours] = await Promise.all([observe(real.baseUrl, shape), observe(standIn.baseUrl, shape)]);
    expect(ours).toEqual(theirs);
  });

  test.each(['/v1/models', '/v1/models/', '/health', '/is_sleeping', '/v1/responses', '/version'])(
    'GET %s',
    async (path) => {
      const [theirs, ours] = await Promise.all(
        [real, standIn].map(({ baseUrl }) => look(baseUrl.replace(/\/v1$/, path))),
      );
      expect(ours).toEqual(theirs);
    },
  );
});
