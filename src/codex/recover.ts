import { basename, dirname, join } from 'node:path';
import { changed, naming } from './apply.js';
import type { CodexHome } from './home.js';
import type { FileRecord, Journal, Pending } from './journal.js';
import { writeJournal } from './journal.js';
import { exchange, holdsText, isTemporary, stage, take, targetOf } from './replace.js';

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
    if (holdsText(path, before)) continue;
    if (holdsText(path, after)) undone.set(path, before);
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

/**
 * Puts right what an interrupted run left. Only while the home is held. May itself be interrupted at any time.
 *
 * @throws CliError `config-unwritable`, `config-changed`
 */
export async function recover(home: CodexHome, journal: Journal, found: Recovery): Promise<void> {
  for (const file of journal.pending?.files ?? []) {
    const path = join(home.path, file.name);
    await naming(path, async () => {
      const target = await targetOf(path);
      if (found.undone.has(path)) await undo(path, target, file);
      for (const name of [file.fresh, file.spare]) if (name !== null) await take(beside(target, name));
    });
  }
  await naming(home.ownFolder, () => writeJournal(home, found.journal));
}

/** The old text lies beside the file already, and a rename needs no space; it is written anew only where it is gone. */
async function undo(path: string, target: string, { before, after, ...file }: PendingFile): Promise<void> {
  const spare = before === null || file.spare === null ? null : beside(target, file.spare);
  if (before !== null && spare !== null && !holdsText(spare, before)) {
    await take(spare);
    await stage(spare, before, file.rights);
  }
  if (!(await exchange(path, target, after, spare))) throw changed(path);
}

/** A name from the journal leads to a temporary file of ours, or nowhere. */
function beside(target: string, name: string): string {
  if (!isTemporary(name) || basename(name) !== name) throw new Error(`${name} is no temporary file`);
  return join(dirname(target), name);
}
