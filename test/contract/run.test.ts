import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PATH_WITH_CODEX, ROOT, scratch } from '../cli.js';
import type { CodexSaid } from '../codex-on.js';
import { shown } from '../codex-through.js';
import { FREELY, MCP_SERVERS } from './bridged.js';
import { NEWEST, type Real, startReal } from './real.js';

describe('codex-lmdeploy run on the newest LMDeploy, in a home without a config for it', () => {
  let real: Real;
  let mortal: Real;

  // Not within a test: each takes up to half a minute where two cores do other things as well.
  beforeAll(async () => {
    real = await startReal(NEWEST, { parser: 'qwen3' });
    mortal = await startReal(NEWEST, { parser: 'qwen3' });
  });

  afterAll(() => Promise.all([real?.close(), mortal?.close()]));

  /** The built program with the real Codex, in a folder of its own. */
  async function run(server: string, prompt: string, before = '') {
    const folder = await scratch();
    const [home, work] = [join(folder, 'home'), join(folder, 'work')];
    await Promise.all([mkdir(home), mkdir(work)]);
    await writeFile(join(home, 'config.toml'), before);
    const env = { PATH: PATH_WITH_CODEX, HOME: folder, CODEX_HOME: home };
    const args = [join(ROOT, 'dist/bin.js'), 'run', '--base-url', server, '--', ...FREELY, prompt];
    const said = await new Promise<CodexSaid>((resolve) => {
      const child = execFile(process.execPath, args, { env, cwd: work }, (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
      );
      child.stdin?.end();
    });
    return { ...said, work };
  }

  test('uses a tool of an MCP server and edits a file with apply_patch', async () => {
    const patch = '*** Begin Patch\n*** Add File: sum.txt\n+42\n*** End Patch\n';
    const prompt = `CHAIN: mcp__everything__get_sum {"a": 40, "b": 2} | apply_patch ${JSON.stringify({ input: patch })}`;
    const { work, ...said } = await run(real.baseUrl, prompt, MCP_SERVERS);
    expect(said).toMatchObject({ code: 0, stdout: 'Done: A sum.txt\n' });
    expect(real.prompts().at(-1)?.prompt).toContain('The sum of 40 and 2 is 42.');
    expect(await readFile(join(work, 'sum.txt'), 'utf8')).toBe('42\n');
  });

  test('says in one sentence that the server is down, in the middle of a turn and before one', async () => {
    const { port } = new URL(mortal.baseUrl);
    const down = `Nothing listens on 127.0.0.1:${port} (connection refused).`;
    const begun = await run(mortal.baseUrl, `RUN: kill -9 ${mortal.pid}`);
    expect(begun).toMatchObject({ code: 1, stdout: '' });
    expect(begun.stderr).not.toContain('Reconnecting');
    const errors = shown(begun.stderr);
    expect(errors[0]).toEqual({
      sentence: down,
      remedy: expect.stringMatching(/^lmdeploy serve api_server /),
    });
    expect(new Set(errors.map(({ sentence }) => sentence)).size).toBe(1);

    const late = await run(mortal.baseUrl, 'Say hello');
    expect(late).toMatchObject({ code: 2, stdout: '' });
    expect(late.stderr).toContain(down);
  });
});
