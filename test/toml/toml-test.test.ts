import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Edit, EditRefused, edit } from '../../src/toml/edit.js';
import { readExactly } from '../../src/toml/read.js';
import { TomlSyntaxError } from '../../src/toml/syntax-error.js';
import { decodeUtf8 } from '../../src/toml/utf8.js';
import { undoOf } from './undo.js';

const SUITE = new URL('../../../shared/toml-test/tests/', import.meta.url);
const isHere = existsSync(SUITE);

function documents(kind: 'valid' | 'invalid'): string[] {
  const list = readFileSync(new URL('files-toml-1.1.0', SUITE), 'utf8').split('\n');
  return list.filter((name) => name.startsWith(`${kind}/`) && name.endsWith('.toml'));
}

const SET: Edit[] = [
  { path: ['model'], set: 'qwen' },
  { path: ['model_provider'], set: 'lmdeploy' },
  { path: ['model_providers', 'lmdeploy', 'name'], set: 'LMDeploy' },
  { path: ['model_providers', 'lmdeploy', 'base_url'], set: 'http://127.0.0.1:23333/v1' },
];
const WANTED = {
  model: 'qwen',
  model_provider: 'lmdeploy',
  model_providers: { lmdeploy: { name: 'LMDeploy', base_url: 'http://127.0.0.1:23333/v1' } },
};

describe.skipIf(!isHere)(`toml-test${isHere ? '' : ' (skipped: ../shared/toml-test is not here)'}`, () => {
  test('every valid document takes the edit, keeps the rest, and gives it back', () => {
    const names = documents('valid');
    const refused: string[] = [];
    for (const name of names) {
      const before = decodeUtf8(readFileSync(new URL(name, SUITE)));
      try {
        const after = edit(before, SET);
        // Not by `verify`: the documents of the suite hold none of these keys, so a plain union is the model.
        expect({ ...readExactly(after) }, name).toEqual({ ...readExactly(before), ...WANTED });
        expect(edit(after, SET), name).toBe(after);
        expect(edit(after, undoOf(before, SET)), name).toBe(before);
      } catch (error) {
        if (!(error instanceof EditRefused)) throw error;
        refused.push(`${name}: ${error.message}`);
      }
    }
    expect(names.length).toBe(220);
    expect(refused).toEqual([]);
  });

  test('no invalid document is edited', () => {
    const names = documents('invalid');
    const taken = names.filter((name) => {
      try {
        edit(decodeUtf8(readFileSync(new URL(name, SUITE))), SET);
        return true;
      } catch (error) {
        if (error instanceof EditRefused || error instanceof TomlSyntaxError) return false;
        throw error;
      }
    });
    expect(names.length).toBeGreaterThan(400);
    expect(taken).toEqual([]);
  });
});
