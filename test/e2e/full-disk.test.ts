import { execFileSync, spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { scratch } from '../cli.js';

/** A mount that only the process sees, and that goes with it; a user's own namespace where there is no root. */
const onSmallDisk = (folder: string, program: string) => [
  '-rm',
  'sh',
  '-c',
  `mount -t tmpfs -o size=1m tmpfs "$0" && exec ${program}`,
  folder,
];
const hasMounts = spawnSync('unshare', onSmallDisk(tmpdir(), 'true')).status === 0;

interface Observed {
  readonly name: string;
  readonly code: number;
  readonly error: string | null;
  /** Whether every file is as it was. */
  readonly isSame: boolean;
  /** With space again: the exit codes of the same command and of remove, and whether the old bytes are back. */
  readonly again: number;
  readonly undone: number;
  readonly isBack: boolean;
}

describe.skipIf(!hasMounts)('on a full disk (needs "unshare -rm" and a tmpfs in it)', () => {
  test('whatever step finds no space, all files are as they were, and nothing is left behind', async () => {
    const folder = await scratch();
    const program = `"${process.execPath}" "${join(import.meta.dirname, 'full-disk.mjs')}" "$0"`;
    const lines = execFileSync('unshare', onSmallDisk(folder, program), { encoding: 'utf8' })
      .trim()
      .split('\n');
    const observed = lines.map((line) => JSON.parse(line) as Observed);
    for (const { name, code, error, isSame, again, undone, isBack } of observed) {
      expect({ again, undone, isBack }, name).toEqual({ again: 0, undone: 0, isBack: true });
      if (code === 0) continue;
      expect({ name, code, isSame }).toEqual({ name, code: 2, isSame: true });
      expect(error, name).toMatch(/^error: [^\n]+\.?\n {2}→ [^\n]+\n$/);
    }
    const errors = observed.map(({ error }) => error).join('');
    for (const named of ['/codex-lmdeploy', '/config.toml', '/lmdeploy.config.toml'])
      expect(errors).toContain(`${folder}/home${named} can't be written (ENOSPC).`);
    expect(observed.filter(({ code }) => code === 0)).toHaveLength(3);
    const refused = observed.filter(({ error }) =>
      error?.startsWith('error: Codex refuses what was written'),
    );
    expect(refused).toHaveLength(3);
    expect(observed.length).toBeGreaterThan(25);
  });
});
