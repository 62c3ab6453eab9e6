import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readConfig } from '../../src/codex/config.js';
import { readConfigFile } from '../../src/codex/home.js';
import { scratch } from '../cli.js';

test('a missing file is null, its bytes are read as they are', async () => {
  const path = join(await scratch(), 'config.toml');
  expect(await readConfigFile(path)).toBeNull();
  await writeFile(path, '\uFEFFa = 1\r\n');
  expect(await readConfigFile(path)).toBe('\uFEFFa = 1\r\n');
});

test('a folder or a pipe in its place is an error, not a wait', async () => {
  const folder = await scratch();
  await mkdir(join(folder, 'dir'));
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  for (const name of ['dir', 'pipe'])
    await expect(readConfigFile(join(folder, name))).rejects.toMatchObject({ code: 'config-unreadable' });
});

test.each([
  ['model = "a', /config\.toml:1:\d+: /],
  ['a = 1\na = 2\n', /config\.toml:2:\d+: /],
])('broken TOML is named with its place: %j', async (text, message) => {
  const path = join(await scratch(), 'config.toml');
  await writeFile(path, text);
  const config = await readConfig(path, 'lmdeploy');
  expect(config).toMatchObject({ state: 'broken', error: { code: 'config-syntax' } });
  expect(config.state === 'broken' && config.error.message).toMatch(message);
});

test('bytes that are no UTF-8 are refused', async () => {
  const path = join(await scratch(), 'config.toml');
  await writeFile(path, Buffer.from([0x61, 0x20, 0x3d, 0x20, 0x22, 0xff, 0x22]));
  expect(await readConfig(path, 'lmdeploy')).toMatchObject({ state: 'broken' });
});

test('the line of a syntax error does not show a secret', async () => {
  const path = join(await scratch(), 'config.toml');
  await writeFile(path, '[model_providers.x]\nexperimental_bearer_token = "sk-very-secret\n');
  const config = await readConfig(path, 'x');
  if (config.state !== 'broken') throw new Error('it should be broken');
  expect(config.error.message + config.error.hint).not.toContain('sk-very-secret');
});
