import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ReleaseName } from '../../src/stand-in/release.js';
import { type StandIn, startStandIn } from '../../src/stand-in/server.js';
import { look, type Observation, observe, tell } from './observe.js';
import { CONTRACT, RELEASES, type Real, startReal } from './real.js';
import { script } from './script.js';
import { MODEL, SHAPES } from './shapes.js';

const CONTEXT_LENGTH = 65_536;
const KEY = 'sk-contract';
const PATHS = ['/v1/models', '/v1/models/', '/health', '/is_sleeping', '/v1/responses', '/version'];

describe.each(RELEASES)('LMDeploy $release', (release) => {
  const standInOptions = {
    release: release.standIn as ReleaseName,
    models: [MODEL],
    contextLength: CONTEXT_LENGTH,
    script,
  };
  /** What the real one did, for docs/contract.md. */
  const seen: Record<string, Observation> = {};

  afterAll(() => {
    mkdirSync(join(CONTRACT, 'seen'), { recursive: true });
    writeFileSync(join(CONTRACT, 'seen', `${release.release}.json`), JSON.stringify(seen));
  });

  describe('an open server with a tool parser', () => {
    let real: Real;
    let standIn: StandIn;

    beforeAll(async () => {
      real = await startReal(release, { parser: 'qwen3', sessionLength: CONTEXT_LENGTH });
      standIn = await startStandIn(standInOptions);
    });

    afterAll(() => Promise.all([real?.close(), standIn?.close()]));

    test.each(SHAPES)('$name', async (shape) => {
      const [theirs, ours] = await Promise.all([
        observe(real.baseUrl, shape),
        observe(standIn.baseUrl, shape),
      ]);
      seen[shape.name] = theirs;
      expect(ours).toEqual(theirs);
    });

    test.each(PATHS)('GET %s', async (path) => {
      const [theirs, ours] = await Promise.all([look(real, path), look(standIn, path)]);
      seen[`GET ${path}`] = theirs;
      expect(ours).toEqual(theirs);
    });
  });

  describe('a server with a reasoning parser, awake and asleep', () => {
    let real: Real;
    let standIn: StandIn;

    beforeAll(async () => {
      const launched = { parser: 'qwen3', reasoningParser: 'default', sessionLength: CONTEXT_LENGTH };
      real = await startReal(release, launched);
      standIn = await startStandIn({ ...standInOptions, reasoningParser: true });
    });

    afterAll(() => Promise.all([real?.close(), standIn?.close()]));

    const spoken = SHAPES.filter(({ name }) => /^(plain text|a thought|a call|text and a call)/.test(name));

    test.each(spoken)('$name', async (shape) => {
      const [theirs, ours] = await Promise.all([
        observe(real.baseUrl, shape),
        observe(standIn.baseUrl, shape),
      ]);
      seen[`with a reasoning parser: ${shape.name}`] = theirs;
      expect(ours).toEqual(theirs);
    });

    test('asleep, every turn is refused before it is looked at', async () => {
      const both = [real, standIn] as const;
      for (const one of both) expect((await tell(one, '/sleep')).status).toBe(200);
      for (const path of ['/is_sleeping', '/v1/models']) {
        const [theirs, ours] = await Promise.all(both.map((one) => look(one, path)));
        expect(ours).toEqual(theirs);
      }
      for (const shape of SHAPES.filter(({ name }) => /^(our|plain text|another model)/.test(name))) {
        const [theirs, ours] = await Promise.all(both.map(({ baseUrl }) => observe(baseUrl, shape)));
        if (theirs !== undefined) seen[`asleep: ${shape.name}`] = theirs;
        expect(ours).toEqual(theirs);
      }
      // A plain `curl -X POST` wakes nobody up.
      const [theirs, ours] = await Promise.all(both.map((one) => tell(one, '/wakeup', 'text/plain')));
      expect(ours).toEqual(theirs);
      for (const one of both) expect((await tell(one, '/wakeup')).status).toBe(200);
      expect((await look(real, '/is_sleeping')).body).toEqual({ is_sleeping: false });
    });
  });

  describe('a server with keys and without a tool parser', () => {
    let real: Real;
    let standIn: StandIn;

    beforeAll(async () => {
      real = await startReal(release, { apiKeys: [KEY, 'another'], sessionLength: CONTEXT_LENGTH });
      standIn = await startStandIn({ ...standInOptions, apiKeys: [KEY, 'another'], toolCallParser: false });
    });

    afterAll(() => Promise.all([real?.close(), standIn?.close()]));

    const tools = SHAPES.filter(({ name }) =>
      /^our tool probe|^a call|only tools|tool_choice none/.test(name),
    );

    test.each(tools)('$name', async (shape) => {
      const [theirs, ours] = await Promise.all([
        observe(real.baseUrl, shape, KEY),
        observe(standIn.baseUrl, shape, KEY),
      ]);
      seen[`without a parser: ${shape.name}`] = theirs;
      expect(ours).toEqual(theirs);
    });

    test.each(['a wrong key', 'no key'])('a turn with %s', async (which) => {
      const [plain = { name: '', body: '' }] = SHAPES.filter(({ name }) => name === 'plain text');
      const key = which === 'no key' ? undefined : 'wrong';
      const [theirs, ours] = await Promise.all([
        observe(real.baseUrl, plain, key),
        observe(standIn.baseUrl, plain, key),
      ]);
      seen[`with keys: a turn with ${which}`] = theirs;
      expect(ours).toEqual(theirs);
    });

    test.each(
      PATHS.flatMap((path) => [
        [path, undefined],
        [path, 'wrong'],
        [path, KEY],
      ]),
    )('GET %s with the key %s', async (path = '', key) => {
      const [theirs, ours] = await Promise.all([look(real, path, key), look(standIn, path, key)]);
      seen[`with keys: GET ${path}, ${key === KEY ? 'the right key' : key ? 'a wrong key' : 'no key'}`] =
        theirs;
      expect(ours).toEqual(theirs);
    });
  });
});
