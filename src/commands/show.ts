import { abridged } from '../codex/catalog.js';
import type { Note } from '../codex/notes.js';
import type { FilePlan, Plan } from '../codex/plan.js';
import { CliError } from '../errors.js';
import { colorDiff, unifiedDiff } from '../ui/diff.js';
import { maskAddresses } from '../ui/mask.js';
import { enumerate, printable } from '../ui/printable.js';
import type { Terminal } from '../ui/terminal.js';
import type { Outcome } from './write.js';

/** The error of a command that wants to ask where nobody can be asked. */
export function refuseToAsk(command: string, json: boolean): CliError {
  return new CliError(
    'no-tty',
    `${command} asks before it writes, and ${json ? '--json does not ask' : 'there is nobody to ask'}.`,
    'Add --yes to write, or --dry-run to see the change.',
  );
}

/** The files of a command's `--json` document. */
export function filesOf({ plan, applied }: Outcome<Plan>) {
  return plan.files.map((file) => ({
    path: file.path,
    action: file.action,
    diff: diffOf(file),
    backup: applied.find(({ path }) => path === file.path)?.backup ?? null,
  }));
}

/** The change of one file as a unified diff, secrets masked; empty where nothing changes. */
function diffOf({ kind, path, before, after }: FilePlan): string {
  return unifiedDiff(path, before, after, kind === 'catalog' ? abridged : undefined);
}

/** Shows the diffs: as data where they are all that was asked for, else as a word before the question. */
export function showDiffs(
  files: readonly FilePlan[],
  preview: boolean,
  asked: boolean,
  terminal: Terminal,
): void {
  // The user's file first: it is what the question is about.
  const catalogs = files.filter(({ kind }) => kind === 'catalog');
  for (const file of [...files.filter(({ kind }) => kind === 'config'), ...catalogs]) {
    const diff = diffOf(file);
    if (diff === '') continue;
    if (preview) terminal.data(colorDiff(diff, terminal.out));
    else if (file.kind === 'catalog') terminal.note(inShort(file));
    else if (asked) terminal.beside(colorDiff(diff, terminal.err));
    else terminal.note(colorDiff(diff, terminal.err));
  }
}

/** A catalog is this program's own file, and long: --dry-run and --json have the diff. */
function inShort({ path, before, after }: FilePlan): string {
  if (after === null) return `- ${path}`;
  const { models } = JSON.parse(after) as { models: { slug: string }[] };
  const names = enumerate(models.map(({ slug }) => slug));
  return `${before === null ? '+' : '~'} ${path}: the model catalog, with ${names}`;
}

/** A note as it may be shown: what it names comes from files and servers. */
export function safeNote({ id, detail, remedy }: Note): Note {
  return { id, detail: maskAddresses(printable(detail)), remedy: maskAddresses(printable(remedy)) };
}

/** A warning and its remedy, each. */
export function showNotes(notes: readonly Note[], { note, err }: Terminal): void {
  for (const { id, detail, remedy } of notes.map(safeNote))
    note(`${err.yellow('!')} ${id}: ${detail}\n    ${err.cyan(`→ ${remedy}`)}`);
}
