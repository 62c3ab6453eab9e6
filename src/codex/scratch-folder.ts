import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Context, ownGroupId, ownUserId } from '../context.js';
import { CliError } from '../errors.js';
import { shellWord } from '../ui/shell-word.js';
import { cacheFolder } from './recording-cache.js';

/** A folder of its own (0700) that goes again. */
export interface ScratchFolder {
  readonly path: string;
  remove(): Promise<void>;
}

/**
 * Makes a folder in the system's temporary place; where others could put another one in its place, in the user's cache
 * folder: Codex is to take its config from there, and starts what stands in it.
 *
 * @param purpose a part of its name
 * @throws CliError `config-unwritable`
 */
export async function scratchFolder(context: Context, purpose: string): Promise<ScratchFolder> {
  const { temporaryFolder } = context;
  const name = `codex-lmdeploy-${purpose}-`;
  try {
    const place = (await isSafe(temporaryFolder)) ? temporaryFolder : await inCache(context);
    const path = await mkdtemp(join(place, name));
    // What Codex's own children write in their last moment must not leave the folder behind.
    const last = { recursive: true, force: true, maxRetries: 10, retryDelay: 50 };
    // The reader of the output may leave amid the work (`| head`), and that is the end.
    const stop = context.onExit(() => rmSync(path, last));
    const remove = () => rm(path, last).finally(stop);
    return { path, remove };
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError(
      'config-unwritable',
      `No folder can be made below ${temporaryFolder} (${(error as NodeJS.ErrnoException).code}).`,
      'Make room there, or name another place in TMPDIR.',
    );
  }
}

async function inCache(context: Context): Promise<string> {
  const folder = cacheFolder(context);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (await isSafe(folder)) return folder;
  throw new CliError(
    'config-unwritable',
    `Other users may swap the files in ${context.temporaryFolder}, and in ${folder} too.`,
    `mkdir -p -m 700 ${shellWord(join(context.userHome, 'tmp'))} && export TMPDIR=${shellWord(join(context.userHome, 'tmp'))}   # a temporary folder that is yours alone`,
  );
}

/**
 * Whether nobody else can rename what is made in a folder: it and all above it belong to us or to root, and where others
 * may write, only owners may rename (the sticky bit of /tmp).
 */
async function isSafe(folder: string): Promise<boolean> {
  const me = ownUserId();
  if (me === null) return true;
  for (let path = await realpath(folder); ; path = dirname(path)) {
    const { uid, gid, mode } = await stat(path);
    const othersWrite = (mode & 0o002) !== 0 || ((mode & 0o020) !== 0 && gid !== 0 && gid !== ownGroupId());
    if (![0, me].includes(uid) || (othersWrite && (mode & 0o1000) === 0)) return false;
    if (dirname(path) === path) return true;
  }
}
