import { randomBytes } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { CodexHome } from './home.js';
import { isTemporary, makeFolder, replaceFile } from './replace.js';

const KEPT = 10;

/** Where the byte copies of a home's files are. */
export function backupFolder(home: CodexHome): string {
  return join(home.ownFolder, 'backup');
}

/**
 * Keeps a byte copy of a file that is about to change.
 *
 * @returns the copy's path
 */
export async function backUp(home: CodexHome, path: string, text: string, now: Date): Promise<string> {
  const folder = backupFolder(home);
  makeFolder(folder);
  const stamp = now.toISOString().replaceAll(':', '-');
  const copy = join(folder, `${basename(path)}.${stamp}.${randomBytes(3).toString('hex')}`);
  await replaceFile(copy, text, { mode: 0o600 });
  return copy;
}

/** Takes away all but the last ten copies of a file. Only after a change: a run that came to nothing costs none of them. */
export async function prune(home: CodexHome, path: string): Promise<void> {
  const folder = backupFolder(home);
  const copies = (await readdir(folder).catch(() => [])).filter((name) =>
    name.startsWith(`${basename(path)}.`),
  );
  for (const name of copies.sort().slice(0, -KEPT)) await rm(join(folder, name), { force: true });
}

const COPY = /\.\d{4}-\d\d-\d\dT[\d.-]+Z\.[0-9a-f]{6}$/;

/** Takes away all copies. Only under the lock: another run's may be among them. */
export async function dropBackups(home: CodexHome): Promise<void> {
  const folder = backupFolder(home);
  for (const name of await readdir(folder).catch(() => []))
    if (COPY.test(name)) await rm(join(folder, name), { force: true });
}

/** Takes away what a killed run was about to write. Only under the lock: a living one's files look the same. */
export async function sweep(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter(isTemporary)) await rm(join(folder, name), { force: true });
}
