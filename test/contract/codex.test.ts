import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { doctorDocument } from '../../src/documents.js';
import { cli, PATH_WITH_CODEX, scratch } from '../cli.js';
import { codexOn } from '../codex-on.js';
import { NEWEST, RELEASES, type Real, type RealOptions, startReal } from './real.js';
import { codexBy } from './ways.js';

const PARSERS = ['qwen3', 'qwen3coder', 'internlm', 'llama3'];
const THROUGH_CODEX = RELEASES.filter(({ release }) => release === '0.18' || release === '0.16');

const CALLS = [
  ['a call', 'RUN: echo hi-$((6*7))', 'Done: hi-42'],
  ['text and a call', 'BOTH: echo hi-$((6*8))', 'Done: hi-48'],
  [
    'two calls at once',
    'CALLS: exec_command {"cmd": "echo first"} | exec_command {"cmd": "echo hi-$((6*9))"}',
    'Done: hi-54',
  ],
] as const;

describe.each(THROUGH_CODEX)('the real Codex on LMDeploy $release', (release) => {
  describe.each(PARSERS)('with --tool-call-parser %s', (parser) => {
    let real: Real;

    beforeAll(async () => {
      real = await startReal(release, { parser });
    });

    afterAll(() => real?.close());

    test('init is accepted, codex exec answers', async () => {
      const { exec } = await codexOn(real.baseUrl);
      expect(await exec('Say hello')).toBe('Hello from LMDeploy.');
    });

    test.each(CALLS)('%s: runs for real, its output comes back', async (_, prompt, answer) => {
      const { exec } = await codexOn(real.baseUrl);
      expect(await exec(prompt)).toBe(answer);
    });

    test('a call without arguments', async () => {
      const { exec } = await codexOn(real.baseUrl);
      const answer = await exec('CALL: get_goal').catch((error: { stderr: string }) => error.stderr);
      // Up to 0.17 these parsers stream no arguments at all, and the server then refuses what it sent itself.
      const dies = release.release === '0.16' && parser !== 'qwen3coder';
      if (dies) expect(answer).toContain('Tool call arguments contain invalid JSON at position 0');
      else expect(answer).toMatch(/^Done: /);
    });

    // Five sessions, which two busy cores take a minute for.
    test('all of it through a bridge', { timeout: 180_000 }, async () => {
      const { exec } = await codexBy('through a bridge', real.baseUrl);
      expect(await exec('Say hello')).toBe('Hello from LMDeploy.');
      for (const [, prompt, answer] of CALLS) expect(await exec(prompt)).toBe(answer);
      expect(await exec('CALL: get_goal')).toMatch(/^Done: /);
    });
  });
});

describe('doctor names what is wrong with the real one', () => {
  async function examine(options: RealOptions, release = NEWEST, key = 'dummy') {
    const real = await startReal(release, options);
    onTestFinished(() => real.close());
    const home = await scratch();
    const env = { PATH: PATH_WITH_CODEX, LMDEPLOY_API_KEY: key };
    await cli(['init', real.baseUrl, '--yes', '--force', '--model', 'tiny-qwen3'], { home, env });
    const { stdout } = await cli(['doctor', '--json'], { home, env });
    const { checks } = doctorDocument.parse(JSON.parse(stdout));
    // That nothing keeps images out is true of every config without a catalog.
    const odd = checks.filter(({ status }) => status === 'fail' || status === 'warn');
    expect(odd.map(({ id }) => id)).toContain('codex.images');
    return odd.filter(({ id }) => id !== 'codex.images');
  }

  test('nothing, where all is well', async () => {
    expect(await examine({ parser: 'qwen3' })).toEqual([]);
  });

  test('no tool parser', async () => {
    expect(await examine({})).toEqual([
      expect.objectContaining({
        id: 'responses.tools',
        status: 'fail',
        remedy: expect.stringContaining('--tool-call-parser qwen3'),
      }),
    ]);
  });

  test('a wrong key', async () => {
    expect(await examine({ parser: 'qwen3', apiKeys: ['right'] }, NEWEST, 'wrong')).toEqual([
      expect.objectContaining({ id: 'server.key', detail: expect.stringContaining('refuses the key') }),
    ]);
  });

  test('an openai package that is too new', async () => {
    const broken = RELEASES.find(({ standIn }) => standIn === '0.16-broken-openai') ?? NEWEST;
    expect(await examine({ parser: 'qwen3' }, broken)).toEqual([
      expect.objectContaining({ id: 'server.release', status: 'warn' }),
      expect.objectContaining({
        id: 'responses.answers',
        detail: expect.stringContaining('"openai" package'),
      }),
    ]);
  });
});
