import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { cli, PATH_WITH_CODEX, scratch } from '../cli.js';
import { expectTidy } from '../kill/homes.js';

const run = promisify(execFile);

const MINE = `# my settings
model = "gpt-5" # cheap

[projects."/tmp"] # mine
trust_level = "trusted"
`;
/** As editors on Windows leave it. */
const WINDOWS = `\uFEFF${MINE.replaceAll('\n', '\r\n')}`;

async function setUp(text: string) {
  const folder = await scratch();
  const home = join(folder, 'home');
  const config = join(home, 'config.toml');
  await mkdir(home);
  await writeFile(config, text);
  const env = { PATH: PATH_WITH_CODEX, HOME: folder, CODEX_HOME: home };
  const codex = (...args: string[]) => run('codex', args, { env, cwd: folder });
  const read = () => readFile(config, 'utf8');
  const init = () => cli(['init', '--offline', '--model', 'm', '--yes'], { home, env });
  const remove = () => cli(['remove', '--yes'], { home, env });
  expect(await init()).toMatchObject({ code: 0 });
  expect(await read()).toContain('[model_providers.lmdeploy]');
  return {
    home,
    read,
    codex,
    remove,
    edit: async (change: (text: string) => string) => {
      const before = await read();
      const after = change(before);
      expect(after).not.toBe(before);
      await writeFile(config, after);
    },
    /** @returns what `remove` says stays */
    async removed() {
      const { code, stderr } = await remove();
      expect({ code, stderr }).toMatchObject({
        code: 0,
        stderr: expect.not.stringMatching(/could not be asked|still does/),
      });
      await codex('debug', 'prompt-input', 'hi');
      await expectTidy(home, { besideCodex: true });
      return stderr.split('\n').filter((line) => / stays|since/.test(line) && line.startsWith('!'));
    },
  };
}

const plain = (text: string) => text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');

describe.each([
  ['a plain file', MINE],
  ['a file with CRLF and a BOM', WINDOWS],
])('Codex 0.169.0 edits %s between init and remove', (_what, text) => {
  test.each([
    [
      'adds an MCP server',
      ['mcp', 'add', 't', '--', 'echo', 'hi'],
      /\[mcp_servers\.t\]\s+command = "echo"\s+args = \["hi"\]/,
    ],
    ['enables a feature', ['features', 'enable', 'apps'], /\[features\]\s+apps = true/],
    ['disables a feature', ['features', 'disable', 'goals'], /\[features\]\s+goals = false/],
  ])('%s: that stays, ours goes', async (_does, args, theirs) => {
    const { codex, read, removed } = await setUp(text);
    await codex(...args);
    const edited = await read();
    expect(edited).toMatch(theirs);
    expect(await removed()).toEqual([]);
    const rest = await read();
    expect(rest).toMatch(theirs);
    expect(rest).not.toMatch(/lmdeploy|LMDeploy|model_provider/);
    // What Codex made of the line ends and the BOM stays as Codex made it; all else is the old text.
    expect(rest.startsWith('\uFEFF')).toBe(edited.startsWith('\uFEFF'));
    expect(plain(rest).replace(theirs, '').trim()).toBe(plain(text).trim());
  });
});

describe('the user edits the file between init and remove', () => {
  test('another timeout, a header: both stay with the name that Codex asks for, and are named', async () => {
    const { edit, read, removed } = await setUp(MINE);
    await edit((now) =>
      now.replace(
        'stream_idle_timeout_ms = 300000',
        'stream_idle_timeout_ms = 600000\nhttp_headers = { X-Team = "a" }',
      ),
    );
    const kept = await removed();
    expect(kept.join('\n')).toMatch(/model_providers\.lmdeploy\.stream_idle_timeout_ms was changed/);
    expect(kept.join('\n')).toMatch(/model_providers\.lmdeploy\.http_headers\.X-Team was added/);
    expect(kept.join('\n')).toMatch(/model_providers\.lmdeploy\.name stays/);
    expect(kept).toHaveLength(3);
    expect(await read()).toBe(`${MINE}
[model_providers.lmdeploy]
name = "LMDeploy"
stream_idle_timeout_ms = 600000
http_headers = { X-Team = "a" }
`);
  });

  test('another model: it stays and is named', async () => {
    const { edit, read, removed } = await setUp(MINE);
    await edit((now) => now.replace('model = "m"', 'model = "o5"'));
    expect((await removed()).join('\n')).toMatch(/: model was changed since/);
    expect(await read()).toBe(MINE.replace('gpt-5', 'o5'));
  });

  test('our block deleted, and its provider with it: nothing of ours is left to name', async () => {
    const { edit, read, removed } = await setUp(MINE);
    await edit((now) =>
      now.slice(0, now.indexOf('\n[model_providers')).replace('model_provider = "lmdeploy"\n', ''),
    );
    expect(await removed()).toEqual([]);
    expect(await read()).toBe(MINE);
  });

  test('our block deleted, but it is still selected: remove mends what Codex refuses', async () => {
    const { codex, edit, read, removed } = await setUp(MINE);
    await edit((now) => now.slice(0, now.indexOf('\n[model_providers')));
    await expect(codex('debug', 'prompt-input', 'hi')).rejects.toThrow(/not found/);
    expect(await removed()).toEqual([]);
    expect(await read()).toBe(MINE);
  });

  test('another provider selected: it stays and is named, our block goes', async () => {
    const { edit, read, removed } = await setUp(MINE);
    const theirs = '\n[model_providers.azure]\nname = "Azure"\nbase_url = "https://example.invalid/v1"\n';
    await edit((now) => now.replace('model_provider = "lmdeploy"', 'model_provider = "azure"') + theirs);
    expect((await removed()).join('\n')).toMatch(/: model_provider was changed since/);
    const rest = await read();
    expect(rest).toContain('model_provider = "azure"');
    expect(rest).toContain(theirs);
    expect(rest).not.toContain('lmdeploy');
  });

  test('the line ends of the whole file: ours goes all the same', async () => {
    const { edit, read, removed } = await setUp(MINE);
    await edit((now) => now.replaceAll('\n', '\r\n'));
    expect(await removed()).toEqual([]);
    expect(await read()).toBe(MINE.replaceAll('\n', '\r\n'));
  });
});
