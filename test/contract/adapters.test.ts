import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codexInTerminal, hasTmux } from '../codex-in-terminal.js';
import { codexOn } from '../codex-on.js';
import { NEWEST, type Real, startReal } from './real.js';
import { MODEL } from './shapes.js';

const ADAPTERS = ['sql', 'docs'];

describe('LoRA adapters on the newest LMDeploy, with the real Codex', () => {
  let real: Real;

  beforeAll(async () => {
    real = await startReal(NEWEST, { parser: 'qwen3', adapters: ADAPTERS });
  });

  afterAll(() => real?.close());

  test('each has a profile, and its turns reach the engine with it', async () => {
    const { codex } = await codexOn(real.baseUrl, { flags: ['--all-models'] });
    for (const [profile, adapter] of [[MODEL, null], ...ADAPTERS.map((one) => [one, one])]) {
      const exec = ['--profile', String(profile), 'exec', '--skip-git-repo-check', 'RUN: echo hi-$((6*7))'];
      expect(await codex(exec)).toMatchObject({ code: 0, stdout: 'Done: hi-42\n' });
      expect(real.prompts().at(-1)?.adapter).toBe(adapter);
    }
  });

  test.skipIf(!hasTmux)('/model goes from the model to an adapter (needs tmux)', async () => {
    const world = await codexOn(real.baseUrl, { flags: ['--all-models'] });
    const { sees, enter, chooseSecond } = await codexInTerminal(world, MODEL);
    await enter('Say hello');
    await sees('Hello from LMDeploy.');
    expect(real.prompts().at(-1)?.adapter).toBeNull();
    expect(await chooseSecond('sql')).toEqual([MODEL, ...ADAPTERS]);
    const before = real.prompts().length;
    await enter('RUN: echo hi-$((6*7))');
    await sees('Done: hi-42');
    const adapters = real
      .prompts()
      .slice(before)
      .map(({ adapter }) => adapter);
    expect(adapters.length).toBeGreaterThanOrEqual(2);
    expect(new Set(adapters)).toEqual(new Set(['sql']));
  });
});
