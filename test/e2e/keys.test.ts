import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
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
  // A Codex that writes down how it was called, and with what in its environment.
  const bin = await scratch();
  const recorder = '#!/bin/sh\n(echo "$@"; env) > "$CODEX_HOME/called-$$.log"\necho codex-cli 0.169.0\n';
  await writeFile(join(bin, 'codex'), recorder, { mode: 0o755 });
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
    [['doctor', '--json'], { ...env, PATH: `${bin}:/usr/bin:/bin` }],
    [['init', url, '--yes', '--verbose', '--profile'], { ...env, PATH: PATH_WITH_CODEX }],
    [['print', 'catalog', url, '--verbose'], { ...env, PATH: PATH_WITH_CODEX }],
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
  const logs = (await readdir(home)).filter((name) => name.startsWith('called-'));
  const called = await Promise.all(logs.map((name) => readFile(join(home, name), 'utf8')));
  for (const name of logs) await rm(join(home, name));
  // The version is asked in the user's own environment, the config judged without the key in it.
  const judged = called.filter((text) => text.startsWith('debug prompt-input hi\n'));
  expect(judged.length).toBeGreaterThan(0);
  for (const text of judged) expect(text).not.toContain(KEY);
  expect(called.some((text) => text.startsWith('--version\n') && text.includes(KEY))).toBe(true);
  const files = await everyFile(home);
  expect(files.length).toBeGreaterThan(1);
  for (const text of files) expect(text).not.toContain(KEY);
});
