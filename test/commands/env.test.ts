import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { envDocument } from '../../src/documents.js';
import { cli, scratch } from '../cli.js';

const line = async (args: string[], env: Record<string, string> = {}) =>
  (await cli(['env', ...args], { home: await scratch(), env })).stdout;

test('each shell gets its own line, by SHELL or by --shell', async () => {
  expect(await line([])).toBe('export LMDEPLOY_API_KEY="${LMDEPLOY_API_KEY:-dummy}"\n');
  expect(await line([], { SHELL: '/usr/bin/fish' })).toBe(await line(['--shell', 'fish']));
  expect(await line(['--shell', 'powershell'])).toContain('$env:LMDEPLOY_API_KEY');
  expect(await line(['--env-key', 'MY_KEY'])).toContain('MY_KEY');
  for (const shell of ['bash', 'zsh']) expect(await line(['--shell', shell])).toBe(await line([]));
  expect((await cli(['env', '--shell', 'csh'], { home: await scratch() })).code).toBe(2);
});

test('a shell that reads the line exports the key it has, else dummy', async () => {
  const shell = (text: string, env: Record<string, string>) =>
    execFileSync('sh', ['-c', `${text}\nsh -c 'printf %s "$LMDEPLOY_API_KEY"'`], { env, encoding: 'utf8' });
  const text = await line([]);
  const env = { PATH: process.env['PATH'] ?? '' };
  expect(shell(text, env)).toBe('dummy');
  expect(shell(text, { ...env, LMDEPLOY_API_KEY: '' })).toBe('dummy');
  expect(shell(text, { ...env, LMDEPLOY_API_KEY: 'sk-mine' })).toBe('sk-mine');
});

test('the real key is never in it', async () => {
  expect(await line([], { LMDEPLOY_API_KEY: 'sk-mine' })).not.toContain('sk-mine');
});

test('the block decides the variable; without one there is nothing to export', async () => {
  const home = await scratch();
  const config = (body: string) =>
    writeFile(join(home, 'config.toml'), `[model_providers.lmdeploy]\n${body}\n`);
  await config('env_key = "RACK_KEY"');
  expect((await cli(['env'], { home })).stdout).toContain('RACK_KEY');
  const { stdout } = await cli(['env', '--json', '--shell', 'sh'], { home });
  expect(envDocument.parse(JSON.parse(stdout)).line).toBe('export RACK_KEY="${RACK_KEY:-dummy}"');
  await config('name = "x"');
  expect(await cli(['env'], { home })).toMatchObject({ code: 0, stdout: '' });
  await config('env_key = "broken');
  expect(await cli(['env'], { home })).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining(':2:'),
  });
  await config('env_key = "X; rm -rf ~"');
  expect(await cli(['env'], { home })).toMatchObject({ code: 2, stdout: '' });
});
