import { chmod, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { removeDocument } from '../../src/documents.js';
import { cli, PATH_WITH_CODEX, scratch } from '../cli.js';

const MINE = `# mine
model = "gpt-5" # good
model_provider = "openai"

[mcp_servers.docs]   # tools
command = "docs"
`;

const INIT = ['init', '--offline', '--yes', '--model', 'm'];
const REMOVE = ['remove', '--yes'];
const config = (home: string, name = 'config.toml') => readFile(join(home, name), 'utf8');

async function homeWith(text: string | null): Promise<string> {
  const home = await scratch();
  if (text !== null) await writeFile(join(home, 'config.toml'), text);
  return home;
}

describe('remove', () => {
  test('puts back what stood there before the first init, after two of them', async () => {
    const home = await homeWith(MINE);
    await cli(INIT, { home });
    await cli([...INIT, '--name', 'Rack 7', '--context-window', '32768'], { home });
    const { code, stderr, stdout } = await cli(REMOVE, { home });
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).toContain('-name = "Rack 7"');
    expect(await config(home)).toBe(MINE);
    expect(await readdir(home)).toEqual(['config.toml']);
  });

  test('deletes a file that init had made', async () => {
    const home = await homeWith(null);
    await cli(INIT, { home });
    expect(await cli(REMOVE, { home })).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('Deleted'),
    });
    expect(await readdir(home)).toEqual([]);
  });

  test('names what others have put into a file that init had made, which stays for it', async () => {
    const home = await homeWith(null);
    await cli(INIT, { home });
    const theirs = '[projects."/work"]\ntrust_level = "trusted"\n';
    await writeFile(join(home, 'config.toml'), `${await config(home)}\n${theirs}`);
    expect((await cli(REMOVE, { home })).stderr).toContain(
      'config.toml: projects was added since, and stays.',
    );
    expect((await config(home)).trim()).toBe(theirs.trim());
  });

  test('where nothing is recorded: a word, exit 0, no file touched', async () => {
    for (const text of [null, MINE, '[model_providers.lmdeploy]\nname = "by hand"\n', 'no = [toml']) {
      const home = await homeWith(text);
      const { code, stderr } = await cli(['remove'], { home });
      expect({ code, stderr }).toMatchObject({
        code: 0,
        stderr: expect.stringContaining('Nothing to remove'),
      });
      expect(await readdir(home)).toEqual(text === null ? [] : ['config.toml']);
      if (text !== null) expect(await config(home)).toBe(text);
    }
  });

  test('a second time there is nothing left to do', async () => {
    const home = await homeWith(MINE);
    await cli(INIT, { home });
    await cli(REMOVE, { home });
    expect((await cli(REMOVE, { home })).stderr).toContain('Nothing to remove');
  });

  test('names what the user has changed since, and leaves it', async () => {
    const home = await homeWith(MINE);
    await cli(INIT, { home });
    const edited = (await config(home)).replace('300000', '900_000');
    await writeFile(join(home, 'config.toml'), edited);
    const { stderr, stdout } = await cli([...REMOVE, '--json'], { home });
    expect(stderr).toContain('stream_idle_timeout_ms was changed since');
    expect(removeDocument.parse(JSON.parse(stdout))).toMatchObject({
      changed: true,
      provider: 'lmdeploy',
      kept: [
        { key: 'model_providers.lmdeploy.stream_idle_timeout_ms', why: 'changed' },
        { key: 'model_providers.lmdeploy.name', why: 'needed' },
      ],
      files: [{ action: 'update', backup: expect.any(String) }],
    });
    expect(await config(home)).toBe(
      `${MINE}\n[model_providers.lmdeploy]\nname = "LMDeploy"\nstream_idle_timeout_ms = 900_000\n`,
    );
  });

  test('asks, and without anybody to ask names the flag', async () => {
    const home = await homeWith(MINE);
    await cli(INIT, { home });
    const before = await config(home);
    for (const args of [['remove'], ['remove', '--json']])
      expect(await cli(args, { home })).toMatchObject({ code: 2, stderr: expect.stringContaining('--yes') });
    const dry = await cli(['remove', '--dry-run'], { home });
    expect(dry).toMatchObject({ code: 0, stdout: expect.stringContaining('-model_provider = "lmdeploy"') });
    expect(await config(home)).toBe(before);
  });

  test('a home that is not there is an error', async () => {
    const home = join(await scratch(), 'gone');
    expect(await cli(REMOVE, { home })).toMatchObject({ code: 2, stderr: expect.stringContaining('gone') });
  });

  test('a config that is no TOML any more stays, with its place named, and Codex is not asked about it', async () => {
    const home = await homeWith(MINE);
    await cli(INIT, { home });
    await writeFile(join(home, 'config.toml'), `${await config(home)}oops`);
    expect(await cli(REMOVE, { home, env: { PATH: PATH_WITH_CODEX } })).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^error: .*config\.toml:\d+:/),
    });
    expect(await config(home)).toContain('oops');
  });
});

describe('several providers and profiles', () => {
  test('where there is nothing for one, the lines for the others are told', async () => {
    const home = await homeWith(null);
    await cli([...INIT, '--profile', 'sql', '--provider-id', 'rack'], { home });
    expect((await cli(REMOVE, { home })).stderr).toContain(
      'What is recorded goes with: codex-lmdeploy remove --profile sql --provider-id rack (--all takes',
    );
  });

  async function all(home: string) {
    await cli(INIT, { home });
    await cli([...INIT, '--provider-id', 'rack7'], { home });
    await cli([...INIT, '--profile'], { home });
    await cli([...INIT, '--profile', 'big', '--model', 'big'], { home });
  }

  test('each goes on its own, in any order', async () => {
    const home = await homeWith(MINE);
    await all(home);
    expect((await readdir(home)).sort()).toEqual([
      'big.config.toml',
      'codex-lmdeploy',
      'config.toml',
      'lmdeploy.config.toml',
    ]);
    await cli([...REMOVE, '--profile'], { home });
    await cli(REMOVE, { home });
    expect(await config(home)).toContain('model_provider = "rack7"');
    await cli([...REMOVE, '--profile', 'big'], { home });
    expect(await readdir(home)).toEqual(['codex-lmdeploy', 'config.toml']);
    await cli([...REMOVE, '--provider-id', 'rack7'], { home });
    expect(await config(home)).toBe(MINE);
  });

  test('--all takes everything', async () => {
    const home = await homeWith(MINE);
    await all(home);
    const { stdout } = await cli([...REMOVE, '--all', '--json'], { home });
    const { files, provider } = removeDocument.parse(JSON.parse(stdout));
    expect(provider).toBeNull();
    expect(files.map(({ action }) => action).sort()).toEqual(['delete', 'delete', 'update']);
    expect(await readdir(home)).toEqual(['config.toml']);
    expect(await config(home)).toBe(MINE);
  });
});

describe('Codex as the judge', () => {
  const env = { PATH: PATH_WITH_CODEX };

  test('the real one takes every state on the way', async () => {
    const home = await homeWith(MINE);
    for (const args of [INIT, [...INIT, '--profile'], [...REMOVE, '--all']])
      expect(await cli(args, { home, env })).toMatchObject({
        code: 0,
        stderr: expect.not.stringContaining('config.accepted'),
      });
    expect(await config(home)).toBe(MINE);
  });

  test('one that refuses what is left gets all files back', async () => {
    const [home, bin] = [await homeWith(MINE), await scratch()];
    await cli(INIT, { home });
    await cli([...INIT, '--profile'], { home });
    const before = [await config(home), await config(home, 'lmdeploy.config.toml')];
    await writeFile(
      join(bin, 'codex'),
      `#!/bin/sh
[ "$1" = --version ] && { echo 'codex-cli 9.9.9'; exit 0; }
grep -q lmdeploy "$CODEX_HOME/config.toml" && exit 0
echo "Error: $CODEX_HOME/config.toml:3:2: I want LMDeploy" >&2
exit 1
`,
    );
    await chmod(join(bin, 'codex'), 0o755);
    const fake = { home, env: { PATH: `${bin}:/usr/bin:/bin` } };
    expect(await cli([...REMOVE, '--all'], fake)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('I want LMDeploy'),
    });
    expect([await config(home), await config(home, 'lmdeploy.config.toml')]).toEqual(before);
    expect((await cli([...REMOVE, '--all', '--no-verify'], fake)).code).toBe(0);
    expect(await config(home)).toBe(MINE);
  });
});
