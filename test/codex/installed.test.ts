import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { askCodex } from '../../src/codex/ask.js';
import { codexHome } from '../../src/codex/home.js';
import { findCodex } from '../../src/codex/installed.js';
import { isOlder } from '../../src/codex/version.js';
import type { Context } from '../../src/context.js';
import { PATH_WITH_CODEX, scratch } from '../cli.js';

function context(env: Record<string, string>, cwd = '/'): Context {
  const streams = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
  return {
    env,
    cwd,
    platform: process.platform,
    userHome: '/nowhere',
    temporaryFolder: '/tmp',
    ...streams,
    self: ['node'],
    pid: process.pid,
    systemFolder: '/nowhere',
    signal: new AbortController().signal,
    now: () => new Date(),
    onSignal: () => () => undefined,
    onExit: () => () => undefined,
    endBy: () => 1,
  };
}

async function program(folder: string, script: string): Promise<void> {
  await writeFile(join(folder, 'codex'), `#!/bin/sh\n${script}\n`);
  await chmod(join(folder, 'codex'), 0o755);
}

test('the real Codex tells its version', async () => {
  const codex = await findCodex(context({ PATH: PATH_WITH_CODEX }));
  expect(codex).toMatchObject({ version: '0.169.0', problem: null });
});

test('no PATH, no Codex; a file that is no program is none', async () => {
  expect(await findCodex(context({}))).toBeNull();
  const folder = await scratch();
  await writeFile(join(folder, 'codex'), '');
  expect(await findCodex(context({ PATH: folder }))).toBeNull();
});

test('a codex that says something else is named with what it says', async () => {
  const folder = await scratch();
  await program(folder, 'echo "codex: Musikwerkzeug 1.0"; exit 3');
  expect(await findCodex(context({ PATH: folder }))).toEqual({
    path: join(folder, 'codex'),
    version: null,
    problem: 'codex --version said "codex: Musikwerkzeug 1.0"',
  });
});

test("Codex's verdict comes in its own words, and a Codex that can't be asked says nothing", async () => {
  const home = await scratch();
  const real = context({ PATH: PATH_WITH_CODEX, HOME: home });
  const codex = await findCodex(real);
  if (codex === null) throw new Error('the devDependency @openai/codex is missing');
  const config = codexHome(real, { codexHome: home });
  await writeFile(config.configPath, 'model = "m"\nmodel_provider = "lmdeploy"\n');
  expect(await askCodex(real, codex, config, [])).toEqual({
    state: 'refused',
    words: expect.stringContaining('lmdeploy'),
  });
  await writeFile(config.configPath, 'model = "m"\n');
  expect(await askCodex(real, codex, config, [])).toEqual({ state: 'accepted' });

  const folder = await scratch();
  await program(folder, `echo "error: unrecognized subcommand 'prompt-input'" >&2; exit 2`);
  const old = { path: join(folder, 'codex'), version: '0.100.0', problem: null };
  expect(await askCodex(real, old, config, [])).toEqual({
    state: 'unknown',
    why: expect.stringContaining('unrecognized subcommand'),
  });
});

test.each([
  ['0.133.9', '0.134.0', true],
  ['0.134.0', '0.134.0', false],
  ['0.169.0', '0.134.0', false],
  ['1.0.0', '0.134.0', false],
  ['0.99.0', '0.134.0', true],
])('%s is older than %s: %s', (a, b, expected) => {
  expect(isOlder(a, b)).toBe(expected);
});
