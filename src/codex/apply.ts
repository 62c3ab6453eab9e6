import { open, rm, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { CliError } from '../errors.js';
import { shellWord } from '../ui/shell-word.js';
import { backUp, prune, sweep } from './backup.js';
import { type CodexHome, nameIn } from './home.js';
import { type FileRecord, type Journal, stageJournal, writeJournal } from './journal.js';
import {
  absent,
  exchange,
  holdsText,
  type Rights,
  stage,
  take,
  targetOf,
  temporaryBeside,
} from './replace.js';

/** What one file of a run has to become. */
export interface FileChange {
  readonly path: string;
  /** The text as it was read; null: no file. */
  readonly before: string | null;
  /** null: the file goes. */
  readonly after: string | null;
  /** What the journal will know of it; null: nothing any more. */
  readonly record: FileRecord | null;
}

/** A file that was written. */
export interface Applied {
  readonly path: string;
  /** The byte copy of what stood there; null where nothing did. */
  readonly backup: string | null;
}

interface ApplyOptions {
  readonly now: Date;
  /** Has the last word: when it throws, everything goes back. */
  verify(): Promise<void>;
}

type Target = FileChange & {
  readonly target: string;
  readonly rights: Rights;
  /** The new text and the old one, both on the disk before anything moves: going back needs no space. */
  readonly fresh: string | null;
  readonly spare: string | null;
};

/**
 * Writes all files of a run, or none. To be called while the home is held (`holdHome`). Symlinks are followed, mode and
 * owner are kept; of a file with several hard links the other names keep the old text. Whatever fails, a killed process
 * included, the old files stand, now or after the next run.
 *
 * @param journal as read while the home is held
 * @throws CliError `config-unwritable`, or `config-changed` where somebody else wrote a file since it was read; what
 *   `verify` throws
 */
export async function apply(
  home: CodexHome,
  journal: Journal,
  changes: readonly FileChange[],
  { now, verify }: ApplyOptions,
): Promise<Applied[]> {
  const targets: Target[] = [];
  for (const change of changes) targets.push(await naming(change.path, () => targetFor(change)));
  const applied: Applied[] = [];
  const done: Target[] = [];
  try {
    const commit = await naming(home.ownFolder, async () => {
      for (const { path, before } of targets)
        applied.push({ path, backup: before === null ? null : await backUp(home, path, before, now) });
      await writeJournal(home, { ...journal, pending: pendingFor(home, targets, journal, now) });
      return stageJournal(home, { ...journal, files: recordsAfter(home, changes, journal) });
    });
    for (const one of targets) await naming(one.path, () => stageBoth(one));
    for (const one of targets) {
      const { path, target, before, fresh } = one;
      if (!(await naming(path, () => exchange(path, target, before, fresh)))) throw changed(path);
      done.push(one);
    }
    await verify();
    for (const one of targets) await discard(one);
    await naming(home.ownFolder, commit);
  } catch (error) {
    const edited: Target[] = [];
    for (const one of done.reverse()) {
      const { path, target, after, spare } = one;
      if (!(await naming(path, () => exchange(path, target, after, spare)))) edited.push(one);
    }
    for (const one of targets) await discard(one);
    for (const { backup } of applied) if (backup !== null) await rm(backup, { force: true });
    await sweep(home.ownFolder);
    // On a full disk the old words stay: the next run finds every file as it was, and nothing to do.
    await writeJournal(home, { ...journal, files: recordsAfter(home, edited, journal) }).catch(
      () => undefined,
    );
    throw edited[0] === undefined ? error : notPutBack(edited[0].path);
  }
  for (const { path } of targets) await prune(home, path).catch(() => undefined);
  return applied;
}

async function targetFor(change: FileChange): Promise<Target> {
  const target = await targetOf(change.path);
  const old = await stat(target).catch(absent);
  if (old !== null && !(await isWritable(target))) throw readOnly(target);
  if (!holdsText(change.path, change.before)) throw changed(change.path);
  // Whoever made a file of ours a symlink has put it elsewhere on purpose: then it stays, empty.
  const after = change.after ?? (target === change.path ? null : '');
  const rights = old === null ? { mode: 0o600 } : { mode: old.mode, uid: old.uid, gid: old.gid };
  const fresh = after === null ? null : temporaryBeside(target);
  const spare = change.before === null ? null : temporaryBeside(target);
  return { ...change, after, target, rights, fresh, spare };
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

function pendingFor(
  home: CodexHome,
  targets: readonly Target[],
  journal: Journal,
  now: Date,
): Journal['pending'] {
  const files = targets.map(({ path, before, after, rights, fresh, spare }) => ({
    name: nameIn(home, path),
    before,
    after,
    rights,
    fresh: fresh && basename(fresh),
    spare: spare && basename(spare),
  }));
  return { startedAt: now.toISOString(), files, records: recordsAfter(home, targets, journal) };
}

function recordsAfter(home: CodexHome, changes: readonly FileChange[], { files }: Journal): Journal['files'] {
  const after = { ...files };
  for (const { path, record } of changes) {
    const name = nameIn(home, path);
    delete after[name];
    if (record !== null) after[name] = record;
  }
  return after;
}

async function stageBoth({ fresh, spare, before, after, rights }: Target): Promise<void> {
  if (fresh !== null) await stage(fresh, after ?? '', rights);
  if (spare !== null) await stage(spare, before ?? '', rights);
}

async function discard({ fresh, spare }: Target): Promise<void> {
  for (const file of [fresh, spare]) if (file !== null) await take(file).catch(() => undefined);
}

/** Runs a step and makes what the file system throws an error that names the file or folder. */
export async function naming<T>(path: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if (!(error instanceof Error) || !('syscall' in error && 'code' in error)) throw error;
    const folder = shellWord(dirname(path));
    throw new CliError(
      'config-unwritable',
      `${path} can't be written (${error.code}).`,
      `Look at the rights and the space there: ls -ld ${folder}; df -h ${folder}`,
    );
  }
}

function readOnly(path: string): CliError {
  return new CliError(
    'config-unwritable',
    `${path} is read-only.`,
    `Allow it with: chmod u+w ${shellWord(path)}. Or take the block from: codex-lmdeploy print provider`,
  );
}

/** Somebody else has written a file since it was read. */
export function changed(path: string): CliError {
  return new CliError(
    'config-changed',
    `${path} was changed by another program while this one was at work; nothing was written.`,
    'Run the command again.',
  );
}

function notPutBack(path: string): CliError {
  return new CliError(
    'config-unwritable',
    `${path} could not be put back, for another program has changed it since; this run's part is still in it.`,
    'See what Codex makes of it: codex-lmdeploy doctor. To take that part out: codex-lmdeploy remove',
  );
}
