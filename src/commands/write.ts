import { isDeepStrictEqual } from 'node:util';
import { type Applied, apply } from '../codex/apply.js';
import { hasLeftovers, holdHome } from '../codex/hold.js';
import { type CodexHome, readConfigFile } from '../codex/home.js';
import { type Journal, readJournal } from '../codex/journal.js';
import type { Plan } from '../codex/plan.js';
import { interruptedRun } from '../codex/recover.js';
import type { Context } from '../context.js';
import { CliError } from '../errors.js';
import type { Terminal } from '../ui/terminal.js';

const ATTEMPTS = 3;

/** Reads a config file: its text, or null where there is none. */
export type Read = (path: string) => Promise<string | null>;

/** A change to a home's files, and how the command that wants it speaks with the user. */
export interface Proposal<P extends Plan> {
  readonly context: Context;
  readonly home: CodexHome;
  readonly terminal: Terminal;
  /** Reads the files by `read` and plans; once more whenever somebody else may have written in between. */
  draft(journal: Journal, read: Read): Promise<P>;
  show(plan: P): void;
  /** null: nobody is asked. */
  readonly ask: (() => Promise<boolean>) | null;
  /** Called when all files are written; when it throws, everything goes back. */
  verify(): Promise<void>;
}

/** What was done: the plan as it was in the end, and the files written. */
export interface Outcome<P extends Plan> {
  readonly plan: P;
  readonly applied: readonly Applied[];
}

/**
 * Shows a change, asks, and writes it. What others write meanwhile is planned upon anew, and shown and asked about
 * again; against a program that goes on writing it gives up after three attempts.
 *
 * @returns null where the user said no
 * @throws CliError as `holdHome`, `apply` and the proposal's `draft` do
 */
export async function write<P extends Plan>(proposal: Proposal<P>): Promise<Outcome<P> | null> {
  const { context, home, terminal, ask, draft, show, verify } = proposal;
  let plan = await draft(await readJournal(home), readConfigFile);
  show(plan);
  for (let attempt = 1; ; attempt += 1) {
    if (!plan.files.some(({ isChange }) => isChange)) return { plan, applied: [] };
    if (ask !== null && !(await ask())) return null;
    try {
      const applied = await holdHome(context, home, sayWaiting(terminal), async ({ journal }) => {
        const fresh = await draft(journal, readConfigFile);
        const isSeen = isDeepStrictEqual(fresh, plan);
        plan = fresh;
        if (!isSeen) show(fresh);
        if (!isSeen && ask !== null) return null;
        const changes = fresh.files.filter(({ isChange }) => isChange);
        if (changes.length === 0) return [];
        return apply(home, journal, changes, {
          now: context.now(),
          async verify() {
            await verify();
            context.signal.throwIfAborted();
          },
        });
      });
      if (applied !== null) return { plan, applied };
    } catch (error) {
      const again = error instanceof CliError && error.code === 'config-changed' && attempt < ATTEMPTS;
      if (!again) throw error;
    }
  }
}

/**
 * Plans and shows a change without writing. What an interrupted run left is planned upon as if it was put right.
 *
 * @throws CliError as the proposal's `draft` does
 */
export async function preview<P extends Plan>({
  home,
  terminal,
  draft,
  show,
}: Proposal<P>): Promise<Outcome<P>> {
  const journal = await readJournal(home);
  const left = await interruptedRun(home, journal);
  if (left !== null)
    terminal.note(
      `A run that began ${left.startedAt} was interrupted; this is shown as if it was put right.`,
    );
  const plan = await draft(left?.journal ?? journal, async (path) => {
    const before = left?.undone.get(path);
    return before === undefined ? readConfigFile(path) : before;
  });
  show(plan);
  return { plan, applied: [] };
}

/**
 * Puts right what an interrupted run left in a home, before anything else is done there.
 *
 * @throws CliError as `holdHome` does
 */
export async function finishInterrupted(
  context: Context,
  home: CodexHome,
  terminal: Terminal,
): Promise<void> {
  if (!(await hasLeftovers(home))) return;
  await holdHome(context, home, sayWaiting(terminal), async ({ recovered }) => {
    if (recovered === null) return;
    const { startedAt, undone, edited } = recovered;
    terminal.note(`${terminal.err.yellow('!')} A run that began ${startedAt} was interrupted.`);
    for (const path of undone.keys()) terminal.note(`    ${path} is again as it was before that run.`);
    for (const path of edited) terminal.note(`    ${path} was edited since, and stays as it is.`);
  });
}

/** What says on a terminal who is waited for. */
export function sayWaiting(terminal: Terminal): (holder: string) => void {
  return (holder) => terminal.note(`Waiting for ${holder} to end.`);
}
