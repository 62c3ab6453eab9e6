import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codexOn } from '../codex-on.js';
import { DOT } from './dot.js';
import { NEWEST, type Real, startReal } from './real.js';
import { MODEL } from './shapes.js';

const UNKNOWN = `Model metadata for \`${MODEL}\` not found`;
const ADAPTERS = ['sql', 'docs'];
const MODELS = ['--model', MODEL];

describe('a model catalog on the newest LMDeploy, with the real Codex', () => {
  let real: Real;

  beforeAll(async () => {
    real = await startReal(NEWEST, { parser: 'qwen3', adapters: ADAPTERS });
  });

  afterAll(() => real?.close());

  /** The system message of the last turn as the model gets it, without the tools behind it. */
  function systemPrompt(folder: string): string {
    const { prompt = '' } = real.prompts().at(-1) ?? {};
    const system = /^<\|im_start\|>system\n(.*?)\n# Tools\s*\{/s.exec(prompt)?.[1];
    if (system === undefined) throw new Error(`no system message: ${prompt.slice(0, 200)}`);
    return system.replaceAll(folder, '/folder');
  }

  test('with it Codex knows the model, without it does not', async () => {
    const without = await codexOn(real.baseUrl, { flags: MODELS });
    expect((await without.codex(['exec', '--skip-git-repo-check', 'hi'])).stderr).toContain(UNKNOWN);
    const profile = await codexOn(real.baseUrl, { profile: 'lmdeploy', flags: MODELS });
    const said = await profile.codex(['--profile', 'lmdeploy', 'exec', '--skip-git-repo-check', 'hi']);
    expect(said).toMatchObject({ code: 0, stdout: 'Hello from LMDeploy.\n' });
    expect(said.stderr).not.toContain('not found');
  });

  test('Codex lists the model and its adapters, and nothing else', async () => {
    const { codex, home } = await codexOn(real.baseUrl, { profile: 'lmdeploy', flags: MODELS });
    // `codex debug models` takes no --profile.
    const catalog = `model_catalog_json=${JSON.stringify(join(home, 'codex-lmdeploy/lmdeploy.catalog.json'))}`;
    const { stdout } = await codex(['-c', catalog, 'debug', 'models']);
    const { models } = JSON.parse(stdout) as { models: Record<string, unknown>[] };
    expect(models.map(({ slug }) => slug)).toEqual([MODEL, ...ADAPTERS]);
    for (const model of models)
      expect(model).toMatchObject({
        visibility: 'list',
        context_window: 65_536,
        input_modalities: ['text'],
      });
  });

  test('another model of the catalog is known as well', async () => {
    const { codex } = await codexOn(real.baseUrl, { profile: 'lmdeploy', flags: MODELS });
    const said = await codex([
      ...['--profile', 'lmdeploy', 'exec', '--skip-git-repo-check'],
      ...['--model', 'docs', 'RUN: echo hi-$((6*7))'],
    ]);
    expect(said).toMatchObject({ code: 0, stdout: 'Done: hi-42\n' });
    expect(said.stderr).not.toContain('not found');
  });

  test("the prompt that the model gets is byte for byte Codex's own", async () => {
    const stock = await codexOn(real.baseUrl, { flags: MODELS });
    await stock.exec('hi');
    const own = systemPrompt(join(stock.work, '..'));
    const catalog = await codexOn(real.baseUrl, { flags: [...MODELS, '--catalog'] });
    await catalog.exec('hi');
    expect(systemPrompt(join(catalog.work, '..'))).toBe(own);
    // The lean one lacks nothing but the bundled skills.
    const lean = await codexOn(real.baseUrl, { profile: 'lmdeploy', flags: MODELS });
    await lean.exec('hi');
    const withoutSkills = own.replace(/<skills_instructions>.*<\/skills_instructions>\s*/s, '');
    expect(withoutSkills.length).toBeLessThan(own.length);
    expect(systemPrompt(join(lean.work, '..'))).toBe(withoutSkills);
  });

  test('a config.toml of the default mode works in a home without our folder', async () => {
    const { home, codex } = await codexOn(real.baseUrl, { flags: MODELS });
    const other = join(home, '../other');
    await mkdir(other);
    await copyFile(join(home, 'config.toml'), join(other, 'config.toml'));
    const exec = ['exec', '--skip-git-repo-check', 'RUN: echo hi-$((6*7))'];
    expect(await codex(exec, { home: other })).toMatchObject({ code: 0, stdout: 'Done: hi-42\n' });
    // As it would be with a catalog.
    const named = ['-c', 'model_catalog_json="codex-lmdeploy/catalog.json"'];
    expect(await codex([...named, ...exec], { home: other })).toMatchObject({ code: 1, stdout: '' });
  });

  test('a session that an image ended goes on once there is a catalog', async () => {
    const { codex, init, work } = await codexOn(real.baseUrl, { flags: MODELS });
    await writeFile(join(work, 'dot.png'), DOT);
    const refused = "Unsupported Responses input content part type: 'input_image'";
    const first = await codex(['exec', '--skip-git-repo-check', '--image=dot.png', '--', 'What is this?']);
    expect(first).toMatchObject({ code: 1, stderr: expect.stringContaining(refused) });
    const resume = ['exec', 'resume', '--skip-git-repo-check', '--last', 'RUN: echo hi-$((6*7))'];
    expect(await codex(resume)).toMatchObject({ code: 1, stderr: expect.stringContaining(refused) });
    await init(...MODELS, '--catalog');
    expect(await codex(resume)).toMatchObject({ code: 0, stdout: 'Done: hi-42\n' });
    expect(real.prompts().at(-1)?.prompt).toContain('you do not support image input');
  });

  test('with a catalog an image never ends one', async () => {
    const { codex, work } = await codexOn(real.baseUrl, { profile: 'lmdeploy', flags: MODELS });
    await writeFile(join(work, 'dot.png'), DOT);
    const profile = ['--profile', 'lmdeploy', 'exec'];
    const look = [...profile, '--skip-git-repo-check', '--image=dot.png', '--', 'What is this?'];
    expect(await codex(look)).toMatchObject({ code: 0, stdout: 'Hello from LMDeploy.\n' });
    const resume = [...profile, 'resume', '--skip-git-repo-check', '--last', 'RUN: echo hi-$((6*8))'];
    expect(await codex(resume)).toMatchObject({ code: 0, stdout: 'Done: hi-48\n' });
  });
});
