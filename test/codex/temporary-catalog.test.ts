import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { temporaryCatalog } from '../../src/codex/temporary-catalog.js';
import { quoteScalar } from '../../src/toml/quote.js';
import { CATALOG } from '../catalog.js';
import { context, PATH_WITH_CODEX, scratch } from '../cli.js';

const run = promisify(execFile);

const at = (temporaryFolder: string) => context({ home: temporaryFolder, temporaryFolder }).context;

test('the real Codex takes its models from it; then it is gone', async () => {
  const folder = await scratch();
  const [home, temporary] = [join(folder, 'home'), join(folder, 'a "temporary" place')];
  await mkdir(home);
  await mkdir(temporary);
  const { path, remove } = await temporaryCatalog(at(temporary), CATALOG);
  const args = ['debug', 'models', '-c', `model_catalog_json=${quoteScalar(path)}`];
  const { stdout } = await run('codex', args, {
    env: { PATH: PATH_WITH_CODEX, HOME: folder, CODEX_HOME: home },
  });
  const { models } = JSON.parse(stdout) as { models: { slug: string; context_window: number }[] };
  expect(models).toHaveLength(1);
  expect(models[0]).toMatchObject({ slug: 'Qwen/Qwen3.5-35B-A3B', context_window: 131_072 });
  await remove();
  expect(await readdir(temporary)).toEqual([]);
});

test('for this user alone, and twice beside each other', async () => {
  const folder = await scratch();
  const [one, other] = await Promise.all([
    temporaryCatalog(at(folder), '{}'),
    temporaryCatalog(at(folder), '[]'),
  ]);
  const [theFolder = ''] = await readdir(folder);
  expect((await stat(join(folder, theFolder))).mode & 0o777).toBe(0o700);
  expect((await stat(one.path)).mode & 0o777).toBe(0o600);
  await one.remove();
  expect(await readFile(other.path, 'utf8')).toBe('[]');
});

test('where nothing can be written, it says so', async () => {
  const missing = join(await scratch(), 'missing');
  await expect(temporaryCatalog(at(missing), '{}')).rejects.toMatchObject({
    code: 'config-unwritable',
    message: expect.stringContaining('ENOENT'),
  });
});
