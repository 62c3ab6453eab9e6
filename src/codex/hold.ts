import { readdir, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context } from '../context.js';
import { naming } from './apply.js';
import { backupFolder, sweep } from './backup.js';
import { type CodexHome, homeExists } from './home.js';
import { type Journal, readJournal } from './journal.js';
import { clearStale, takeLock } from './lock.js';
import { interruptedRun, type Recovery, recover } from './recover.js';
import { isTemporary, requireOwnLink } from './replace.js';

const LOCK = 'lock';

/** A home that nobody else of us writes to, with nothing half done in it. */
export interface Held {
  readonly journal: Journal;
  /** What an interrupted run had left, now put right; null: nothing. */
  readonly recovered: Recovery | null;
}

/**
 * Holds a home while `work` reads and writes there. What an interrupted run left is put right before that. A missing
 * home is made (0700), and goes again if nothing was written.
 *
 * @param onWait called when another process has it, with who that is
 * @throws CliError `config-locked`, `config-unwritable`, `config-changed`, `journal-unreadable`; what `work` throws
 */
export async function holdHome<T>(
  context: Context,
  home: CodexHome,
  onWait: (holder: string) => void,
  work: (held: Held) => Promise<T>,
): Promise<T> {
  const { pid, signal } = context;
  const lock = join(home.ownFolder, LOCK);
  const folders = [home.ownFolder, ...((await homeExists(home)) ? [] : [home.path])];
  // A folder that somebody else has made a link would have all of this written elsewhere.
  for (const folder of [home.ownFolder, backupFolder(home)])
    await naming(folder, () => requireOwnLink(folder));
  try {
    const release = await naming(home.ownFolder, () => takeLock(lock, { pid, signal, onWait }));
    try {
      await tidyUp(home, { pid, signal });
      const journal = await readJournal(home);
      const recovered = await interruptedRun(home, journal);
      if (recovered !== null) await recover(home, journal, recovered);
      return await work({ journal: recovered?.journal ?? journal, recovered });
    } finally {
      // While the lock is held: the next one may be about to write there.
      await rmdir(backupFolder(home)).catch(() => undefined);
      await release();
    }
  } finally {
    // Nothing written, nothing left: an empty folder would only raise questions.
    for (const folder of folders) await rmdir(folder).catch(() => undefined);
  }
}

/** Whether a killed run may have left something in a home, so that even who has nothing to write there should hold it. */
export async function hasLeftovers(home: CodexHome): Promise<boolean> {
  if ((await readJournal(home)).pending !== null) return true;
  const folders = await Promise.all([home.ownFolder, backupFolder(home)].map(namesIn));
  return folders.some(
    (names) => names?.length === 0 || names?.some((name) => isTemporary(name) || isLock(name)),
  );
}

async function tidyUp(home: CodexHome, options: { pid: number; signal: AbortSignal }): Promise<void> {
  await sweep(home.ownFolder);
  await sweep(backupFolder(home));
  // Who broke a dead process's lock may have been killed before it gave back its own.
  const locks = (await namesIn(home.ownFolder))?.filter(isLock) ?? [];
  for (const name of locks) if (name !== LOCK) await clearStale(join(home.ownFolder, name), options);
}

function isLock(name: string): boolean {
  return name === LOCK || name.startsWith(`${LOCK}.`);
}

async function namesIn(folder: string): Promise<string[] | null> {
  return readdir(folder).catch(() => null);
}
