import { randomBytes } from 'node:crypto';
import type { Stats } from 'node:fs';
import {
  chmod,
  chown,
  lstat,
  mkdir,
  open,
  readdir,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { CliError } from '../errors.js';
import { type CodexHome, readConfigFile } from './home.js';
import type { FilePlan } from './plan.js';

const BACKUPS_KEPT = 10;

/** A file that was written, and how to undo it. */
export interface Applied {
  /** The byte copy of what stood there, or null where nothing did. */
  readonly backup: string | null;
  /** Puts back what stood there before. */
  restore(): Promise<void>;
}

/**
 * Writes one file of a plan: a byte copy of the old one first, then a temporary file beside the target, flushed and
 * renamed over it. Symlinks are followed, the mode is kept. Whatever fails, the old file stands.
 *
 * @throws CliError `config-unwritable`, or `config-changed` where somebody else wrote the file since it was read
 */
export async function apply(home: CodexHome, file: FilePlan, now: Date): Promise<Applied> {
  try {
    await mkdir(home.path, { recursive: true, mode: 0o700 });
    const target = await targetOf(file.path);
    const old = await stat(target).catch(absent);
    if (old !== null && !(await isWritable(target))) throw permission(target);
    const backup = file.before === null ? null : await backUp(home, file, now);
    if ((await readConfigFile(file.path)) !== file.before) throw changed(file.path);
    await replace(target, file.after, old);
    return { backup, restore: () => restore(target, file.before, old) };
  } catch (error) {
    throw error instanceof CliError ? error : unwritable(file.path, error);
  }
}

function absent(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}

/** The file behind a symlink, however long the chain. */
async function targetOf(path: string): Promise<string> {
  const link = await lstat(path).catch(absent);
  if (link === null) return path;
  return realpath(path).catch(() => {
    throw new CliError(
      'config-unwritable',
      `${path} is a symlink that leads nowhere.`,
      `Look at it with: ls -l ${path}`,
    );
  });
}

/** A rename would replace a read-only file all the same; its owner meant it to stay. */
async function isWritable(path: string): Promise<boolean> {
  const handle = await open(path, 'r+').catch((error: NodeJS.ErrnoException) => {
    if (['EACCES', 'EPERM', 'EROFS'].includes(error.code ?? '')) return null;
    throw error;
  });
  await handle?.close();
  return handle !== null;
}

async function backUp(home: CodexHome, file: FilePlan, now: Date): Promise<string> {
  const folder = join(home.ownFolder, 'backup');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const stamp = now.toISOString().replaceAll(':', '-');
  const name = basename(file.path);
  const copy = join(folder, `${name}.${stamp}.${randomBytes(3).toString('hex')}`);
  await writeFile(copy, file.before ?? '', { mode: 0o600, flag: 'wx' });
  const older = (await readdir(folder)).filter((entry) => entry.startsWith(`${name}.`)).sort();
  for (const entry of older.slice(0, -BACKUPS_KEPT)) await rm(join(folder, entry), { force: true });
  return copy;
}

async function replace(target: string, text: string, old: Stats | null): Promise<void> {
  const temporary = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (old !== null) {
      // Only root may give a file away; for everybody else the owner is the same already.
      await chown(temporary, old.uid, old.gid).catch(() => undefined);
      await chmod(temporary, old.mode & 0o7777);
    }
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await flushFolder(dirname(target));
}

/** Makes the rename itself survive a power cut; Windows can't open a folder, and needs no such thing. */
async function flushFolder(path: string): Promise<void> {
  const handle = await open(path, 'r').catch(() => null);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

async function restore(target: string, before: string | null, old: Stats | null): Promise<void> {
  if (before === null) await rm(target, { force: true });
  else await replace(target, before, old);
}

function permission(path: string): CliError {
  return new CliError(
    'config-unwritable',
    `${path} is read-only.`,
    `Allow it with: chmod u+w ${path}. Or take the block from: codex-lmdeploy init --dry-run`,
  );
}

function changed(path: string): CliError {
  return new CliError(
    'config-changed',
    `${path} was changed by another program while this one was at work; nothing was written.`,
    'Run the command again.',
  );
}

function unwritable(path: string, error: unknown): CliError {
  const code = (error as NodeJS.ErrnoException).code ?? String(error);
  return new CliError(
    'config-unwritable',
    `${path} can't be written (${code}).`,
    `Look at the rights and the space there: ls -ld ${dirname(path)}; df -h ${dirname(path)}`,
  );
}
