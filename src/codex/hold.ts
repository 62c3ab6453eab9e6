import { rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context } from '../context.js';
import { naming } from './apply.js';
import { backupFolder, sweep } from './backup.js';
import type { CodexHome } from './home.js';
import { type Journal, readJournal } from './journal.js';
import { takeLock } from './lock.js';
import { interruptedRun, type Recovery, recover } from './recover.js';

/** A home that nobody else of us writes to, with nothing half done in it. */
export interface Held {
  readonly journal: Journal;
  /** What an interrupted run had left, now put right; null: nothing. */
  readonly recovered: Recovery | null;
}

/**
 * Holds a home while `work` reads and writes there. What an interrupted run left is put right before that. A missing
 * home is made (0700).
 *
 * @param onWait called when another process has it, with who that is
 * @throws CliError `config-locked`, `config-unwritable`, `journal-unreadable`; what `work` throws
 */
export async function holdHome<T>(
  context: Context,
  home: CodexHome,
  onWait: (holder: string) => void,
  work: (held: Held) => Promise<T>,
): Promise<T> {
  const { pid, signal } = context;
  const lock = join(home.ownFolder, 'lock');
  const release = await naming(home.ownFolder, () => takeLock(lock, { pid, signal, onWait }));
  try {
    await sweep(home.ownFolder);
    await sweep(backupFolder(home));
    const journal = await readJournal(home);
    const recovered = await interruptedRun(home, journal);
    if (recovered !== null) await naming(home.path, () => recover(home, journal, recovered));
    return await work({ journal: recovered?.journal ?? journal, recovered });
  } finally {
    await release();
    // Nothing written, nothing left: an empty folder would only raise questions.
    await rmdir(home.ownFolder).catch(() => undefined);
  }
}
