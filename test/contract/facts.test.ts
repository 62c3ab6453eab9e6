import { describe, expect, onTestFinished, test } from 'vitest';
import { lookAt } from '../look-at.js';
import { NEWEST, RELEASES, type RealOptions, startReal, startRealProxy } from './real.js';
import { MODEL } from './shapes.js';

async function real(release: (typeof RELEASES)[number], options: RealOptions) {
  const server = await startReal(release, options);
  onTestFinished(() => server.close());
  return server;
}

test.each(RELEASES)('what is told of LMDeploy $release is true', async (release) => {
  const { baseUrl, prompts } = await real(release, { parser: 'qwen3' });
  const { facts } = await lookAt(baseUrl, 'dummy');
  const works = release.standIn !== '0.16-broken-openai';
  expect(facts).toMatchObject({
    kind: 'lmdeploy',
    release: release.told,
    models: [MODEL],
    keyRequired: false,
    keyAccepted: true,
    responses: { answers: works, streams: works, toolCall: works ? true : null },
  });
  // The release costs no generation: two turns for a server that works, the same turn twice for one that does not.
  expect(prompts()).toHaveLength(2);
});

describe.each([NEWEST, RELEASES.find(({ release }) => release === '0.14') ?? NEWEST])(
  'keys on LMDeploy $release',
  (release) => {
    test.each([
      ['right', true],
      ['wrong', false],
      [undefined, null],
    ])('key %s: accepted %s', async (key, keyAccepted) => {
      const { baseUrl } = await real(release, { parser: 'qwen3', apiKeys: ['other', 'right'] });
      const { facts } = await lookAt(baseUrl, key);
      const answers = keyAccepted ? true : null;
      // 0.14 and 0.15 say no in a way that others do too, but it is known to be theirs.
      expect(facts).toMatchObject({
        kind: 'lmdeploy',
        keyRequired: true,
        keyAccepted,
        responses: { answers },
      });
    });
  },
);

test('a server without a tool parser answers, streams, and calls nothing', async () => {
  const { baseUrl } = await real(NEWEST, {});
  expect((await lookAt(baseUrl)).facts.responses).toMatchObject({
    answers: true,
    streams: true,
    toolCall: false,
  });
});

test("LMDeploy's proxy in front of a server is told apart from it", async () => {
  const { baseUrl } = await real(NEWEST, { parser: 'qwen3' });
  const proxy = await startRealProxy(NEWEST, baseUrl);
  onTestFinished(() => proxy.close());
  expect((await lookAt(proxy.baseUrl)).facts).toMatchObject({
    kind: 'lmdeploy-proxy',
    models: [MODEL],
    responses: { answers: false },
  });
});
