import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exec, MODEL, shown } from '../codex-through.js';
import {
  NEWEST,
  RELEASES,
  type Real,
  type RealOptions,
  type Running,
  startReal,
  startRealProxy,
} from './real.js';

const KEY = 'sk-the-right-one';
const named = (name: string) => RELEASES.find(({ release }) => release === name) ?? NEWEST;

/** What Codex says of a turn, once and at once. */
async function told(upstream: string, key?: string) {
  const { code, stderr } = await exec(upstream, { key });
  expect(code).toBe(1);
  expect(stderr).not.toContain('Reconnecting');
  const [first, ...more] = shown(stderr);
  for (const again of more) expect(again).toEqual(first);
  return first;
}

describe('through a bridge, LMDeploy 0.18 behind a key and without a tool-call parser', () => {
  let real: Real;
  let proxy: Running | undefined;
  beforeAll(async () => {
    real = await startReal(NEWEST, { apiKeys: [KEY], modelName: MODEL });
  });
  afterAll(() => Promise.all([real?.close(), proxy?.close()]));

  test('wants a key', async () => {
    expect((await told(real.baseUrl))?.sentence).toBe(
      'The server wants a key, and Codex sends none: it says "Unauthorized." (401).',
    );
  });

  test('refuses another', async () => {
    expect((await told(real.baseUrl, 'sk-the-wrong-one'))?.sentence).toBe(
      'The server refuses the key that Codex sends: it says "Unauthorized." (401).',
    );
  });

  test('refuses tools', async () => {
    expect(await told(real.baseUrl, KEY)).toEqual({
      sentence:
        'The server runs without --tool-call-parser, so it refuses every turn of Codex, which always sends tools.',
      remedy: expect.stringMatching(
        /^lmdeploy serve .* --api-keys "\$LMDEPLOY_API_KEY" {3}# start the server/,
      ),
    });
  });

  test('has no Responses API behind its own proxy', async () => {
    proxy = await startRealProxy(NEWEST, real.baseUrl);
    expect((await told(proxy.baseUrl, KEY))?.sentence).toMatch(/ has no \/v1\/responses, which LMDeploy has/);
  });

  test('sleeps', async () => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${KEY}` };
    await fetch(real.baseUrl.replace('/v1', '/sleep'), { method: 'POST', headers });
    expect((await told(real.baseUrl, KEY))?.sentence).toMatch(
      /^The engine sleeps: Engine is sleeping; call POST/,
    );
  });
});

const BROKEN: readonly (readonly [release: string, what: string, options: RealOptions, sentence: RegExp])[] =
  [
    ['0.18', 'an input that is too long', { sessionLength: 4_096 }, /^Codex ran out of room in the model's/],
    ['0.14', 'an input that is too long', { sessionLength: 4_096 }, /^Codex ran out of room in the model's/],
    [
      '0.16, openai too new',
      'any turn',
      {},
      /^The answer breaks off .*"openai" package is 2\.45 or newer\.$/,
    ],
  ];

describe.each(BROKEN)('through a bridge, LMDeploy %s and %s', (release, _, options, sentence) => {
  let real: Real;
  beforeAll(async () => {
    real = await startReal(named(release), { parser: 'qwen3', modelName: MODEL, ...options });
  });
  afterAll(() => real?.close());

  test('is one sentence', async () => {
    expect((await told(real.baseUrl))?.sentence).toMatch(sentence);
  });
});
