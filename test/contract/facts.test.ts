import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { frontDocument } from '../../src/documents.js';
import { windowBounds } from '../../src/lmdeploy/told-window.js';
import { cli, scratch } from '../cli.js';
import { firstTurn } from '../first-turn.js';
import { type LookedAt, lookAt } from '../look-at.js';
import {
  NEWEST,
  RELEASES,
  type Real,
  type RealOptions,
  type Release,
  startReal,
  startRealProxy,
} from './real.js';
import { MODEL } from './shapes.js';

const LOOK = { firstTurn: async () => firstTurn() };
const WORKING = RELEASES.filter(({ standIn }) => standIn !== '0.16-broken-openai');
const OLDEST = RELEASES.find(({ release }) => release === '0.14') ?? NEWEST;

async function real(release: Release, options: RealOptions) {
  const server = await startReal(release, options);
  onTestFinished(() => server.close());
  return server;
}

/** A parser, how the model thinks and what is made of it, and a length: each value of each, not each with each. */
const SET_UPS = [
  { parser: 'qwen3', sessionLength: 8_192, reasoning: 'none' },
  { parser: 'qwen3coder', sessionLength: 32_768, thinks: true, reasoning: 'inline' },
  {
    parser: 'qwen3',
    reasoningParser: 'default',
    sessionLength: 262_144,
    thinks: true,
    reasoning: 'separate',
  },
  {
    parser: 'qwen3coder',
    reasoningParser: 'default',
    sessionLength: 8_192,
    thinks: true,
    reasoning: 'separate',
  },
] as const;

describe.each(WORKING)('LMDeploy $release', (release) => {
  const namesLength = release.told !== '0.14-0.15';

  describe.each(SET_UPS)(
    '$parser, reasoning $reasoning, --session-len $sessionLength',
    ({ reasoning, ...options }) => {
      let server: Real;
      let seen: LookedAt;

      beforeAll(async () => {
        server = await startReal(release, options);
        seen = await lookAt(server.baseUrl, 'dummy', LOOK);
      });

      afterAll(() => server?.close());

      test('who it is, and what it does with turns', () => {
        const isJson = options.parser === 'qwen3';
        expect(seen.facts).toMatchObject({
          kind: 'lmdeploy',
          release: release.told,
          models: [MODEL],
          keyRequired: false,
          keyAccepted: true,
          asleep: false,
          responses: {
            answers: true,
            streams: true,
            toolCall: true,
            secondTurn: true,
            emptyArguments: release.told === '0.18+' || !isJson,
            // 0.17 has one parser that drops them, and this is not enough to tell it from qwen3coder.
            undeclaredCalls:
              release.told === '0.18+' ? 'dropped' : release.told === '0.17' && !isJson ? null : 'passed',
            // Up to 0.15 nothing is counted, so an answer alone does not tell whether a short thought was kept back.
            reasoning: reasoning === 'none' && !namesLength ? null : reasoning,
          },
        });
      });

      test('how much fits', () => {
        const { sessionLength } = options;
        const { atLeast, atMost } = windowBounds(seen.evidence);
        expect(seen.facts.contextWindow).toBe(namesLength ? sessionLength : null);
        expect(atLeast ?? 0).toBeLessThanOrEqual(sessionLength);
        expect(atMost).toBeGreaterThanOrEqual(sessionLength);
      });

      test("how many tokens Codex's first turn has, and whether they fit", () => {
        const tokens = seen.facts.firstTurnTokens ?? 0;
        const fits = tokens < options.sessionLength;
        const counted = server
          .prompts()
          .find(({ prompt }) => prompt.includes('spawn_agent') || prompt.includes('update_goal'));
        expect(counted?.tokens).toBe(fits ? tokens : undefined);
        // Up to 0.15 a reasoning parser takes the engine's error for a thought.
        const isHidden = !fits && !namesLength && reasoning === 'separate';
        expect(seen.evidence.firstTurn?.fits).toBe(isHidden ? null : fits);
        expect(tokens).toBeGreaterThan(4_000);
      });

      test('in 12 requests', () => {
        expect(seen.requests.length).toBeLessThanOrEqual(12);
      });
    },
  );
});

test('a server whose openai package is too new', async () => {
  const broken = RELEASES.find(({ standIn }) => standIn === '0.16-broken-openai') ?? NEWEST;
  const { baseUrl, prompts } = await real(broken, { parser: 'qwen3' });
  const { facts } = await lookAt(baseUrl, 'dummy', LOOK);
  expect(facts).toMatchObject({
    kind: 'lmdeploy',
    release: broken.told,
    responses: { answers: false, streams: false, toolCall: null },
    contextWindow: null,
  });
  // The same turn twice, and nothing after it.
  expect(prompts()).toHaveLength(2);
});

describe.each([NEWEST, OLDEST])('a stated window on LMDeploy $release', (release) => {
  const sessionLength = 32_768;
  let server: Real;

  beforeAll(async () => {
    server = await startReal(release, { parser: 'qwen3', sessionLength });
  });

  afterAll(() => server?.close());

  test.each([
    ['right', sessionLength, { atLeast: null, atMost: sessionLength + 100 }],
    ['more than the server has', 100_000, { atLeast: null, atMost: 100_100 }],
    ['less than the server has', 16_384, { atLeast: 16_384, atMost: null }],
  ])('%s', async (_, statedWindow, bounds) => {
    const { facts, evidence } = await lookAt(server.baseUrl, 'dummy', { statedWindow, searchFurther: false });
    expect(evidence.lengths).toHaveLength(1);
    const isLess = statedWindow < sessionLength;
    if (release === NEWEST) expect(facts.contextWindow).toBe(isLess ? null : sessionLength);
    const { atLeast, atMost } = windowBounds(evidence);
    if (release !== NEWEST || isLess) {
      expect(atLeast ?? 0).toBeGreaterThanOrEqual(bounds.atLeast ?? 0);
      expect(atLeast ?? 0).toBeLessThanOrEqual(sessionLength);
      expect(atMost === null).toBe(bounds.atMost === null);
      expect(atMost ?? sessionLength).toBeGreaterThanOrEqual(sessionLength);
    }
  });

  test('less than the server has, and the search goes on', async () => {
    const { facts, evidence } = await lookAt(server.baseUrl, 'dummy', { statedWindow: 16_384 });
    expect(facts.contextWindow).toBe(release === NEWEST ? sessionLength : null);
    expect(evidence.lengths).toHaveLength(2);
  });
});

describe.each([NEWEST, OLDEST])('keys on LMDeploy $release', (release) => {
  let server: Real;

  beforeAll(async () => {
    server = await startReal(release, { parser: 'qwen3', apiKeys: ['other', 'right'] });
  });

  afterAll(() => server?.close());

  test.each([
    ['right', true],
    ['wrong', false],
    [undefined, null],
  ])('key %s: accepted %s', async (key, keyAccepted) => {
    const { facts } = await lookAt(server.baseUrl, key);
    const answers = keyAccepted ? true : null;
    // 0.14 and 0.15 say no in a way that others do too, but it is known to be theirs.
    expect(facts).toMatchObject({ kind: 'lmdeploy', keyRequired: true, keyAccepted, responses: { answers } });
  });
});

test('a server without a tool parser answers, streams, and calls nothing', async () => {
  const { baseUrl } = await real(NEWEST, { sessionLength: 32_768 });
  const { facts } = await lookAt(baseUrl, undefined, LOOK);
  expect(facts).toMatchObject({
    responses: { answers: true, streams: true, toolCall: false, secondTurn: null, emptyArguments: null },
    contextWindow: 32_768,
    firstTurnTokens: null,
  });
});

test('a reasoning parser for a model that does not think swallows every answer', async () => {
  const { baseUrl } = await real(NEWEST, { parser: 'qwen3', reasoningParser: 'default' });
  const { facts, evidence } = await lookAt(baseUrl);
  expect(facts.responses).toMatchObject({ answers: true, reasoning: 'separate' });
  expect(evidence.opening?.text).toMatchObject({ response: { status: 'completed' } });
});

describe.each([NEWEST, OLDEST])('LMDeploy $release, asleep', (release) => {
  test('is told, and left asleep', async () => {
    const { baseUrl } = await real(release, { parser: 'qwen3' });
    const root = baseUrl.replace(/\/v1$/, '');
    await fetch(`${root}/sleep`, { method: 'POST', headers: { 'content-type': 'application/json' } });
    const { facts, evidence } = await lookAt(baseUrl);
    expect(facts).toMatchObject({ asleep: true, responses: { answers: false } });
    expect(evidence.opening?.health?.state).toBe('asleep');
    expect(await (await fetch(`${root}/is_sleeping`)).json()).toEqual({ is_sleeping: true });
  });
});

test("LMDeploy's proxy in front of a server is told apart from it, and names it", async () => {
  const { baseUrl } = await real(NEWEST, { parser: 'qwen3' });
  const proxy = await startRealProxy(NEWEST, baseUrl);
  onTestFinished(() => proxy.close());
  const { facts, evidence } = await lookAt(proxy.baseUrl);
  expect(facts).toMatchObject({
    kind: 'lmdeploy-proxy',
    models: [MODEL],
    responses: { answers: false },
  });
  // It keeps a list of those that were ever there, in its package.
  expect(evidence.opening?.nodes).toContain(new URL(baseUrl).origin);

  // A front for those of them that are there; the others are named.
  const printed = await cli(['print', 'nginx', '--from-proxy', proxy.baseUrl, '--json'], {
    home: await scratch(),
  });
  const { routes, warnings } = frontDocument.parse(JSON.parse(printed.stdout));
  expect(routes).toEqual([{ model: MODEL, path: '', servers: [baseUrl] }]);
  expect(warnings).toHaveLength((evidence.opening?.nodes?.length ?? 0) - 1);
});
