import { randomBytes } from 'node:crypto';
import { lchownSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { type FileHandle, lstat, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ownUserId } from '../context.js';
import { CliError } from '../errors.js';
import { quoted, shellWord } from '../ui/shell-word.js';
import { onceLetGo } from './let-go.js';

/** The rights that a file gets; without an owner it belongs to whoever owns the folder. */
export interface Rights {
  readonly mode: number;
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
}

const TEMPORARY = /^\..+\.[0-9a-f]{12}\.tmp$/;

/** A name for a temporary file beside a target: only within one folder a rename replaces at one stroke. */
export function temporaryBeside(target: string): string {
  return join(dirname(target), `.${basename(target)}.${randomBytes(6).toString('hex')}.tmp`);
}

/** Whether a file's name is one that `temporaryBeside` gives. */
export function isTemporary(name: string): boolean {
  return TEMPORARY.test(name);
}

/**
 * The file behind a symlink, however long the chain; the path itself where nothing is.
 *
 * @throws CliError `config-unwritable` for a link that leads nowhere or in a circle, or that a stranger has made
 */
export async function targetOf(path: string): Promise<string> {
  const link = await lstat(path).catch(absent);
  if (link === null) return path;
  await requireOwnLink(path);
  return realpath(path).catch(() => {
    throw new CliError(
      'config-unwritable',
      `${path} is a symlink that leads nowhere.`,
      `Look at it with: ls -l ${shellWord(path)}`,
    );
  });
}

/**
 * A symlink is followed where it belongs to us, to root or to the owner of what it leads to: in a folder where others may
 * write, one of theirs would have us write where they can't.
 *
 * @throws CliError `config-unwritable`
 */
export async function requireOwnLink(path: string): Promise<void> {
  const link = await lstat(path).catch(absent);
  if (link === null || !link.isSymbolicLink() || [0, ownUserId()].includes(link.uid)) return;
  const end = await stat(path).catch(() => null);
  if (end === null || end.uid === link.uid) return;
  throw new CliError(
    'config-unwritable',
    `${path} is a symlink that another user has made, to a file that is not theirs.`,
    `ls -l ${quoted(path)}   # whose it is, and where it leads; take it away, or make it yourself`,
  );
}

/** For `.catch`: null where there is no such file; every other error goes on. */
export function absent(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}

/**
 * Writes a new file and flushes it to the disk; what can't be finished is taken away. The rights come first: where the
 * whole text is found, they are right too.
 */
export async function stage(temporary: string, text: string, rights: Rights): Promise<void> {
  try {
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await giveAway(handle, dirname(temporary), rights);
      await handle.chmod(rights.mode & 0o7777);
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Only root may give a file away; for everybody else the owner is the same already. */
async function giveAway(handle: FileHandle, folder: string, { uid, gid }: Rights): Promise<void> {
  const [mine, above] = [await handle.stat(), await stat(folder)];
  if (uid !== undefined && gid !== undefined) await handle.chown(uid, gid).catch(() => undefined);
  else if (mine.uid !== above.uid) await handle.chown(above.uid, above.gid).catch(() => undefined);
}

/** Makes a folder and those above it, for nobody but the owner of the folder that they are made in. */
export function makeFolder(path: string): void {
  const first = mkdirSync(path, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  const { uid, gid } = statSync(dirname(first));
  for (let made = path; made.length >= first.length; made = dirname(made)) {
    try {
      // Not through a symlink that somebody has put there in the meantime.
      if (lstatSync(made).uid !== uid) lchownSync(made, uid, gid);
    } catch {
      // Not root.
    }
  }
}

/** Whether a file is there with just this text; null: whether nothing is there. */
export function holdsText(path: string, text: string | null): boolean {
  const info = statSync(path, { throwIfNoEntry: false });
  if (info === undefined || text === null) return info === undefined && text === null;
  const bytes = Buffer.from(text);
  return info.isFile() && info.size === bytes.length && readFileSync(path).equals(bytes);
}

/** Another one after every write: reading takes longer than looking at this once more. */
function identityOf(path: string): string | null {
  const info = statSync(path, { bigint: true, throwIfNoEntry: false });
  return info === undefined ? null : [info.dev, info.ino, info.size, info.mtimeNs, info.ctimeNs].join();
}

/**
 * Puts a staged file in the target's place (null: takes the target away), if the path still holds the text that the
 * change was made for. Synchronous, so that nothing of ours comes between the last look and the rename: what another
 * program writes in these microseconds is lost, for Node can't compare and rename at one stroke.
 *
 * @param path where the text is read: the target, or a symlink to it
 * @returns false where somebody else has written; the target is untouched then
 */
export async function exchange(
  path: string,
  target: string,
  expected: string | null,
  staged: string | null,
): Promise<boolean> {
  const isDone = await onceLetGo(() => {
    const seen = identityOf(path);
    if (!holdsText(path, expected) || identityOf(path) !== seen) return false;
    if (staged === null) rmSync(target, { force: true });
    else renameSync(staged, target);
    return true;
  });
  if (isDone) await flushFolder(dirname(target));
  return isDone;
}

/** Puts a staged file in the target's place, whatever is there. */
export async function put(temporary: string, target: string): Promise<void> {
  await onceLetGo(() => rename(temporary, target));
  await flushFolder(dirname(target));
}

/** Takes a file away. */
export async function take(target: string): Promise<void> {
  await onceLetGo(() => rm(target, { force: true }));
  await flushFolder(dirname(target));
}

/** Writes a file at one stroke: whoever reads it meanwhile, or after a power cut, finds the old or the new one. */
export async function replaceFile(target: string, text: string, rights: Rights): Promise<void> {
  const temporary = temporaryBeside(target);
  await stage(temporary, text, rights);
  await put(temporary, target);
}

/** Makes a rename itself survive a power cut; Windows can't open a folder, and needs no such thing. */
async function flushFolder(path: string): Promise<void> {
  const handle = await open(path, 'r').catch(() => null);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
