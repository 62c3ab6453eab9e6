import { basename, dirname, join } from 'node:path';
import { type CodexHome, readConfigFile } from './home.js';
import type { FileRecord, Journal, Pending } from './journal.js';
import { writeJournal } from './journal.js';
import { isTemporary, replaceFile, take, targetOf } from './replace.js';

type PendingFile = Pending['files'][number];

/** What an interrupted run left behind, and what comes of it. */
export interface Recovery {
  readonly startedAt: string;
  /** Files that it had written, with what stood there before: that comes back. */
  readonly undone: ReadonlyMap<string, string | null>;
  /** Files that somebody has edited since: they stay. */
  readonly edited: readonly string[];
  /** The journal without that run. */
  readonly journal: Journal;
}

/**
 * Looks at what an interrupted run left behind. Changes nothing.
 *
 * @returns null where there was none
 */
export async function interruptedRun(home: CodexHome, journal: Journal): Promise<Recovery | null> {
  const { pending, files } = journal;
  if (pending === null) return null;
  const undone = new Map<string, string | null>();
  const edited: string[] = [];
  const records = { ...files };
  for (const { name, before, after } of pending.files) {
    const path = join(home.path, name);
    const now = await readConfigFile(path);
    if (now === before) continue;
    if (now === after) undone.set(path, before);
    else {
      edited.push(path);
      const record = fuller(files[name], pending.records[name]);
      if (record !== undefined) records[name] = record;
    }
  }
  const { startedAt } = pending;
  return { startedAt, undone, edited, journal: { schema: 1, files: records, pending: null } };
}

/**
 * Of two records of a file that nobody can tell which one is true: the one that remembers more. An undo looks at each
 * key before it touches it, so what was never written does no harm.
 */
function fuller(before: FileRecord | undefined, after: FileRecord | undefined): FileRecord | undefined {
  return (before?.imprints.length ?? 0) > (after?.imprints.length ?? 0) ? before : after;
}

/** Puts right what an interrupted run left. Only while the home is held. */
export async function recover(home: CodexHome, journal: Journal, found: Recovery): Promise<void> {
  for (const file of journal.pending?.files ?? []) {
    const path = join(home.path, file.name);
    const target = await targetOf(path);
    if (found.undone.has(path)) await undo(target, file);
    for (const name of file.temporaries.filter(isTemporary))
      await take(join(dirname(target), basename(name)));
  }
  await writeJournal(home, found.journal);
}

async function undo(target: string, { before, mode }: PendingFile): Promise<void> {
  if (before === null) await take(target);
  else await replaceFile(target, before, { mode: mode ?? 0o600 });
}
