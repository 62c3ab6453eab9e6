import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { CodexHome } from './home.js';
import { isTemporary, replaceFile } from './replace.js';

const KEPT = 10;

/** Where the byte copies of a home's files are. */
export function backupFolder(home: CodexHome): string {
  return join(home.ownFolder, 'backup');
}

/**
 * Keeps a byte copy of a file that is about to change; of each file the last ten stay.
 *
 * @returns the copy's path
 */
export async function backUp(home: CodexHome, path: string, text: string, now: Date): Promise<string> {
  const folder = backupFolder(home);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const prefix = `${basename(path)}.`;
  const stamp = now.toISOString().replaceAll(':', '-');
  const copy = join(folder, `${prefix}${stamp}.${randomBytes(3).toString('hex')}`);
  await replaceFile(copy, text, { mode: 0o600 });
  const older = (await readdir(folder)).filter((name) => name.startsWith(prefix)).sort();
  for (const name of older.slice(0, -KEPT)) await rm(join(folder, name), { force: true });
  return copy;
}

/** Takes away what a killed run was about to write. Only under the lock: a living one's files look the same. */
export async function sweep(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter(isTemporary)) await rm(join(folder, name), { force: true });
}
