import { type Applied, apply } from '../codex/apply.js';
import type { Verdict } from '../codex/ask.js';
import type { FilePlan, Note } from '../codex/plan.js';
import type { Examination } from '../doctor/examination.js';
import { CliError } from '../errors.js';
import type { Terminal } from '../ui/terminal.js';

/** What came of a write. */
export interface Written {
  readonly applied: Applied;
  readonly warnings: readonly Note[];
}

/**
 * Writes the planned file and lets the installed Codex load it. If Codex refuses what it took before, the old file
 * comes back.
 *
 * @param before what Codex said of the old file; null: it was not asked
 * @throws CliError `config-unwritable`, `config-changed`, `codex-refused`
 */
export async function writeAndVerify(
  { context, home, askAgain }: Examination,
  file: FilePlan,
  before: Verdict | null,
  terminal: Terminal,
): Promise<Written> {
  const applied = await apply(home, file, context.now());
  if (before === null) return { applied, warnings: [] };
  const waiting = terminal.progress('Letting Codex load the new config');
  try {
    const after = await askAgain();
    if (after.state !== 'refused')
      return { applied, warnings: after.state === 'unknown' ? [unasked(after.why)] : [] };
    if (before.state === 'refused') return { applied, warnings: [refusedBefore(after.words)] };
    throw new CliError(
      'codex-refused',
      `Codex refuses the new config, so the old one is back: ${after.words}`,
      'codex-lmdeploy init --dry-run shows the change; --no-verify writes it all the same.',
    );
  } catch (error) {
    // Codex's no, Ctrl-C while it was asked: whatever ends this early leaves the old file.
    await applied.restore();
    throw error;
  } finally {
    waiting.done();
  }
}

function unasked(why: string): Note {
  return {
    id: 'config.accepted',
    detail: `The installed Codex could not be asked whether it loads the config: ${why}.`,
    remedy: 'npm install -g @openai/codex, then: codex-lmdeploy doctor',
  };
}

function refusedBefore(words: string): Note {
  return {
    id: 'config.accepted',
    detail: `Codex refused this config already before, and still does: ${words}`,
    remedy: 'Correct the place that Codex names, then: codex-lmdeploy doctor',
  };
}
