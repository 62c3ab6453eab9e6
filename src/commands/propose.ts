import type { CodexHome } from '../codex/home.js';
import type { Note } from '../codex/notes.js';
import type { Plan } from '../codex/plan.js';
import type { Context } from '../context.js';
import type { InitFlags } from '../options.js';
import { askYesNo } from '../ui/prompt.js';
import type { Terminal } from '../ui/terminal.js';
import type { Judge } from './judge.js';
import { showDiffs, showNotes } from './show.js';
import { type Outcome, type Proposal, preview, write } from './write.js';

interface Wish {
  readonly home: CodexHome;
  readonly terminal: Terminal;
  /** The installed Codex, which loads the result; null: it is not asked. */
  readonly codex: Judge | null;
  /** What was found until now, to be said before anything is shown. */
  readonly warnings: readonly Note[];
  /** null: nobody is asked. */
  readonly question: string | null;
  readonly draft: Proposal<Plan>['draft'];
}

/**
 * Shows what `init` would change, asks, writes it and lets Codex load it; with `--dry-run` and `--check` only shows it.
 *
 * @returns what was done (null: the user said no), and which configs Codex refuses all the same
 * @throws CliError as `write` and `preview` do
 */
export async function propose(
  context: Context,
  { json, dryRun, check }: InitFlags,
  { home, terminal, codex, warnings, question, draft }: Wish,
): Promise<{ outcome: Outcome<Plan> | null; refused: readonly Note[] }> {
  const isPreview = dryRun || check;
  let refused = (await codex?.before()) ?? [];
  showNotes([...warnings, ...refused], terminal);
  const proposal: Proposal<Plan> = {
    context,
    home,
    terminal,
    draft,
    show({ files, notes }) {
      showNotes(notes, terminal);
      if (!json) showDiffs(files, isPreview, question !== null, terminal);
    },
    ask: question === null ? null : () => askYesNo(context, question),
    async verify() {
      refused = (await codex?.after()) ?? [];
      showNotes(refused, terminal);
    },
  };
  const outcome = await (isPreview ? preview(proposal) : write(proposal));
  if (outcome === null) terminal.note('Nothing was written.');
  return { outcome, refused };
}
