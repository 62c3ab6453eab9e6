import { readdir } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { entriesFor } from '../../src/codex/catalog.js';
import { tryCatalog } from '../../src/codex/catalog-trial.js';
import { context, scratch } from '../cli.js';
import { CODEXES } from '../codexes.js';

const ENTRIES = entriesFor(['a/b', 'lora'], { contextWindow: 8_192, prompt: 'P', parallelToolCalls: true });
const without = (field: string) => ENTRIES.map(({ [field]: _, ...rest }) => rest);

for (const { version, isThere, why, path, installed } of CODEXES)
  describe.skipIf(!isThere)(`Codex ${version}${why}`, () => {
    async function tried(entries: readonly Readonly<Record<string, unknown>>[]) {
      const temporaryFolder = await scratch();
      const its = context({ home: temporaryFolder, temporaryFolder, env: { PATH: path } }).context;
      const trial = await tryCatalog(its, installed, entries);
      expect(await readdir(temporaryFolder)).toEqual([]);
      return trial;
    }

    test('takes the entries as they are', async () => {
      expect(await tried(ENTRIES)).toEqual({ state: 'accepted', entries: ENTRIES, repaired: [] });
    });

    test('fields that it misses come from its own catalog', async () => {
      const trial = await tried(without('truncation_policy').map(({ priority: _, ...rest }) => rest));
      expect(trial).toMatchObject({
        state: 'accepted',
        repaired: ['priority', 'truncation_policy'],
        entries: [{ slug: 'a/b', truncation_policy: { limit: expect.any(Number) } }, { slug: 'lora' }],
      });
    });

    test('a value that it does not know is left out', async () => {
      const odd = ENTRIES.map((entry) => ({ ...entry, apply_patch_tool_type: 'function' }));
      expect(await tried(odd)).toEqual({
        state: 'accepted',
        entries: ENTRIES,
        repaired: ['apply_patch_tool_type'],
      });
    });

    test.each(['slug', 'base_instructions'])('nothing stands in for %s', async (field) => {
      expect(await tried(without(field))).toMatchObject({
        state: 'refused',
        words: expect.stringContaining(field),
      });
    });
  });
