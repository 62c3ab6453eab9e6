import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startStandIn } from '../../src/stand-in/server.js';
import { cli, scratch } from '../cli.js';
import { hasScript, onTerminal } from '../terminal.js';

/** The built program, on a terminal and a stand-in. */
async function setUp(
  args: string[],
  options: { models?: string[]; env?: Record<string, string>; before?: string } = {},
) {
  const server = await startStandIn(options.models ? { models: options.models } : {});
  onTestFinished(() => server.close());
  const home = join(await scratch(), 'home');
  if (options.before !== undefined) {
    await mkdir(home);
    await writeFile(join(home, 'config.toml'), options.before);
  }
  const terminal = onTerminal([...args, server.baseUrl], { home, env: options.env ?? {} });
  return { ...terminal, home, config: join(home, 'config.toml') };
}

const ENTER = '\r';
const DOWN = '\u001b[B';
const CTRL_C = '\u0003';
const CTRL_D = '\u0004';

describe.skipIf(!hasScript)('on a terminal (needs the program "script" of util-linux)', () => {
  test('the change is shown in colour, and Enter writes it', async () => {
    const { config, answer, ended, raw, screen } = await setUp(['init']);
    await answer('Write this to', ENTER);
    expect(await ended).toBe(0);
    expect(screen()).toContain('✓ Wrote');
    expect(raw()).toContain('\u001b[32m+[model_providers.lmdeploy]');
    expect(await readFile(config, 'utf8')).toContain('[model_providers.lmdeploy]');
  });

  test.each([
    ['no', 'n', 0, 'Nothing was written.'],
    ['Ctrl-C', CTRL_C, 130, 'Interrupted.'],
    ['Ctrl-D', CTRL_D, 130, 'Interrupted.'],
  ])('%s writes nothing', async (_, keys, code, words) => {
    const { config, answer, ended, screen } = await setUp(['init']);
    await answer('Write this to', keys);
    expect(await ended).toBe(code);
    expect(screen()).toContain(words);
    await expect(stat(config)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('of several models one is chosen', async () => {
    const { config, answer, ended } = await setUp(['init'], { models: ['base', 'adapter'] });
    await answer('Which model should Codex use?', DOWN + ENTER);
    await answer('Write this to', ENTER);
    expect(await ended).toBe(0);
    expect(await readFile(config, 'utf8')).toContain('model = "adapter"');
  });

  test('beside another provider a profile is offered first', async () => {
    const before = 'model = "gpt-5"\nmodel_provider = "azure"\n';
    const { home, config, answer, ended } = await setUp(['init'], { before });
    await answer('Where should LMDeploy go?', ENTER);
    await answer('lmdeploy.config.toml?', ENTER);
    expect(await ended).toBe(0);
    expect(await readFile(config, 'utf8')).toBe(before);
    expect(await readFile(join(home, 'lmdeploy.config.toml'), 'utf8')).toContain(
      '[model_providers.lmdeploy]',
    );
  });

  test('and who wants config.toml gets it, and gets it back by remove', async () => {
    const before = 'model = "gpt-5"\nmodel_provider = "azure"\n';
    const { home, config, answer, ended } = await setUp(['init'], { before });
    await answer('Where should LMDeploy go?', DOWN + ENTER);
    await answer('/config.toml?', ENTER);
    expect(await ended).toBe(0);
    expect(await readFile(config, 'utf8')).toContain('[model_providers.lmdeploy]');
    expect(await cli(['remove', '--yes'], { home })).toMatchObject({ code: 0 });
    expect(await readFile(config, 'utf8')).toBe(before);
  });

  test.each([
    ['NO_COLOR', [], { NO_COLOR: '1' }],
    ['--no-color', ['--no-color'], {}],
    ['NO_COLOR above FORCE_COLOR', [], { NO_COLOR: '1', FORCE_COLOR: '1' }],
  ])('%s: no colours, the question included', async (_, flags, env) => {
    const { answer, ended, raw } = await setUp(['init', ...flags], { env });
    await answer('Write this to', ENTER);
    expect(await ended).toBe(0);
    expect(raw()).not.toMatch(/\u001b\[(3|9)\d(;\d+)*m/);
  });
});
