import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startStandIn } from '../../src/stand-in/server.js';
import { cli, PATH_WITH_CODEX, scratch } from '../cli.js';

const KEY = 'sk-lmd-5f1c0ffee5ecret';

/** Every file below a folder, as text. */
async function everyFile(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true });
  const paths = entries.map((entry) => join(folder, entry));
  const files = [];
  for (const path of paths) if ((await stat(path)).isFile()) files.push(await readFile(path, 'latin1'));
  return files;
}

test('no key in any output or file, whatever the command', async () => {
  const server = await startStandIn({ apiKeys: [KEY] });
  onTestFinished(() => server.close());
  const home = await scratch();
  const env = { LMDEPLOY_API_KEY: KEY };
  const url = server.baseUrl;
  const wrong = { LMDEPLOY_API_KEY: `${KEY}-wrong` };
  const runs: [string[], Record<string, string>][] = [
    [['init', url, '--yes', '--verbose'], env],
    [['init', url, '--yes', '--json', '--name', 'X'], env],
    [['init', url, '--dry-run', '--name', 'Y'], env],
    [['doctor', '--verbose'], { ...env, PATH: PATH_WITH_CODEX }],
    [['doctor', '--json'], env],
    [['models', '--json', '--verbose'], env],
    [['env'], env],
    [['init', url, '--yes', '--json'], wrong],
    [['doctor', '--verbose'], wrong],
    [['models'], wrong],
    [['init', url, '--yes', '--env-key', KEY], env],
  ];
  for (const [args, variables] of runs) {
    const { stdout, stderr } = await cli(args, { home, env: variables });
    expect(stdout + stderr, args.join(' ')).not.toContain(KEY);
  }
  // The key did go over the wire, so this test could have found it.
  expect(server.requests.some(({ authorization }) => authorization === `Bearer ${KEY}`)).toBe(true);
  const files = await everyFile(home);
  expect(files.length).toBeGreaterThan(1);
  for (const text of files) expect(text).not.toContain(KEY);
});
