import { describe, expect, test } from 'vitest';
import { LEAN_KEYS, leanFor } from '../../src/codex/lean.js';
import { recordedTurn } from '../../src/codex/recorder.js';
import type { Recording } from '../../src/codex/recording.js';
import { shapeOf } from '../../src/codex/turn-shape.js';
import { context, scratch } from '../cli.js';
import { CODEXES } from '../codexes.js';

const MODEL = 'Qwen/Qwen3.5-35B-A3B';

/** What each version has a switch for, and by which key. */
const SWITCHES: Readonly<Record<string, readonly string[]>> = {
  '0.169.0': [
    'web_search',
    'agents.enabled',
    'features.goals',
    'features.view_image',
    'skills.bundled.enabled',
  ],
  '0.150.0': [
    'web_search',
    'agents.enabled',
    'features.goals',
    'features.view_image',
    'skills.bundled.enabled',
  ],
  '0.134.0': ['web_search', 'features.multi_agent', 'features.goals', 'skills.bundled.enabled'],
};

const toolsOf = ({ tools }: Recording) => tools.map(({ name, type }) => name ?? type);

for (const { version, isThere, why, path, installed } of CODEXES)
  describe.skipIf(!isThere)(`Codex ${version}${why}`, () => {
    test('only switches that it takes, and that show in what it sends', async () => {
      const folder = await scratch();
      const its = context({ home: folder, temporaryFolder: folder, env: { PATH: path } }).context;
      const lean = await leanFor(its, installed, MODEL, null);
      expect(lean?.switches.map(({ path: key }) => key.join('.'))).toEqual(SWITCHES[version]);
      expect(lean?.stays).toEqual(version === '0.134.0' ? ['images'] : []);

      const carried = ['agents.enabled', 'features.multi_agent', 'features.goals'];
      const bridged = await leanFor(its, installed, MODEL, null, true);
      expect(bridged?.switches.map(({ path: key }) => key.join('.'))).toEqual(
        SWITCHES[version]?.filter((name) => !carried.includes(name)),
      );

      const stock = await recordedTurn(its, installed, MODEL);
      const thin = await recordedTurn(its, installed, MODEL, shapeOf(lean?.switches ?? [], null));
      if (typeof stock === 'string' || typeof thin === 'string') throw new Error(`${stock} ${thin}`);
      expect(thin.prompt).toBe(stock.prompt);
      expect(toolsOf(stock)).toEqual(expect.arrayContaining(toolsOf(thin)));
      expect(toolsOf(thin)).toEqual(expect.arrayContaining(['exec_command', 'write_stdin']));
      expect(toolsOf(thin).join()).not.toMatch(/web_search|agent|goal/);
      expect(JSON.stringify(thin.body)).not.toContain('<skills_instructions>');
      expect(JSON.stringify(stock.body)).toContain('<skills_instructions>');
    });
  });

test('without a Codex nothing is guessed', async () => {
  const its = context({ home: await scratch() }).context;
  expect(await leanFor(its, null, MODEL, null)).toBeNull();
});

test('every key of a switch shapes a turn', () => {
  const settings = LEAN_KEYS.map((path) => ({ path, value: false }));
  const { settings: shape } = shapeOf(settings, null);
  const leaves = (value: unknown): number =>
    typeof value === 'object' && value !== null ? Object.values(value).reduce((n, v) => n + leaves(v), 0) : 1;
  expect(leaves(shape)).toBe(LEAN_KEYS.length);
});
