import { existsSync, readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { plan, type Wanted } from '../../src/codex/plan.js';
import { planRemoval } from '../../src/codex/plan-removal.js';
import { readExactly } from '../../src/toml/read.js';
import { decodeUtf8 } from '../../src/toml/utf8.js';
import { cli, PATH_WITH_CODEX, scratch } from '../cli.js';
import { WANTED } from '../codex/wanted.js';

const SUITE = new URL('../../../shared/toml-test/tests/', import.meta.url);
const isHere = existsSync(SUITE);

function documents(kind: 'valid' | 'invalid'): string[] {
  const list = readFileSync(new URL('files-toml-1.1.0', SUITE), 'utf8').split('\n');
  return list.filter((name) => name.startsWith(`${kind}/`) && name.endsWith('.toml'));
}

const INIT = ['init', '--offline', '--yes', '--no-verify', '--quiet', '--model', 'm'];
const REMOVE = ['remove', '--yes', '--no-verify', '--quiet'];
const wanted: Wanted = { ...WANTED, model: 'm' };
const BLOCK = {
  name: 'LMDeploy',
  base_url: 'http://127.0.0.1:23333/v1',
  env_key: 'LMDEPLOY_API_KEY',
  wire_api: 'responses',
  requires_openai_auth: false,
  stream_idle_timeout_ms: 300_000n,
};

describe.skipIf(!isHere)(`toml-test${isHere ? '' : ' (skipped: ../shared/toml-test is not here)'}`, () => {
  test('every valid document: init adds the block and nothing else, remove gives every byte back', async () => {
    const home = await scratch();
    const path = join(home, 'config.toml');
    const names = documents('valid');
    for (const name of names) {
      const before = readFileSync(new URL(name, SUITE));
      await writeFile(path, before);
      expect(await cli(INIT, { home }), name).toMatchObject({ code: 0 });
      const after = await readFile(path, 'utf8');
      expect({ ...readExactly(after) }, name).toEqual({
        ...readExactly(decodeUtf8(before)),
        model: 'm',
        model_provider: 'lmdeploy',
        model_providers: { lmdeploy: BLOCK },
      });
      expect(await cli(REMOVE, { home }), name).toMatchObject({ code: 0 });
      expect(Buffer.compare(await readFile(path), before), name).toBe(0);
    }
    expect(names.length).toBe(220);
  });

  test('and with a comment that came in between, key by key; a blank line beside it may stay', () => {
    const squeezed = (text: string) => text.replace(/(\r?\n)+/g, '\n');
    const comment = '# came later\n';
    for (const name of documents('valid')) {
      const before = decodeUtf8(readFileSync(new URL(name, SUITE)));
      if (before.startsWith('\uFEFF')) continue;
      const [written] = plan({ path: name, text: before, record: null }, wanted).files;
      const [removed] = planRemoval({ ...written, text: comment + written.after }, ['lmdeploy']).files;
      expect(squeezed(removed?.after ?? ''), name).toBe(squeezed(comment + before));
      expect(readExactly(removed?.after ?? ''), name).toEqual(readExactly(before));
    }
  });

  test('the real Codex takes what it took before, for every twentieth document', async () => {
    const [home, env] = [await scratch(), { PATH: PATH_WITH_CODEX }];
    const sample = documents('valid').filter((_, index) => index % 20 === 0);
    const taken: string[] = [];
    for (const name of sample) {
      await writeFile(join(home, 'config.toml'), readFileSync(new URL(name, SUITE)));
      // Codex's refusal of what it took before would be exit 2; of what it never took, a warning.
      const { code, stderr } = await cli(['init', '--offline', '--yes', '--model', 'm'], { home, env });
      expect(code, `${name}: ${stderr}`).toBe(0);
      if (!stderr.includes('config.accepted')) taken.push(name);
      expect(await cli(['remove', '--yes'], { home, env }), name).toMatchObject({ code: 0 });
    }
    expect(taken.length).toBeGreaterThan(sample.length / 2);
  });

  test('every invalid document is refused and untouched', async () => {
    const home = await scratch();
    const path = join(home, 'config.toml');
    const names = documents('invalid');
    for (const name of names) {
      const before = readFileSync(new URL(name, SUITE));
      await writeFile(path, before);
      const { code, stderr } = await cli(INIT, { home });
      expect(code, name).toBe(2);
      expect(stderr, name).toContain(path);
      expect(stderr, name).not.toContain('bug');
      expect(Buffer.compare(await readFile(path), before), name).toBe(0);
    }
    expect(names.length).toBeGreaterThan(400);
  });
});
