/** What Codex does by itself: compacts when 90 % of the window are used (0.169.0). */
const OWN_SHARE = 0.9;

/** Bytes of a tool's output that Codex shows a model it doesn't know (0.134.0 to 0.169.0). */
const OWN_OUTPUT = 10_000;

/**
 * How much of a tool's output a model with this window gets to see, in bytes: what comes on top of the count by which
 * Codex decides to compact is measured in outputs, so in a small window they have to be small. Pure.
 *
 * @param window in tokens; null: not known
 */
export function outputLimit(window: number | null): number {
  return window === null ? OWN_OUTPUT : Math.min(OWN_OUTPUT, Math.floor(window / 5));
}

/**
 * Room for what Codex does not foresee: a quarter of the window, and never more than for outputs of full length. Codex
 * counts an output as a quarter of its bytes in tokens; Qwen3's tokenizer makes that of code, more than twice as many of
 * `ls -l`, three times as many of tables of numbers. One that just fits by the estimate and the next one, which sets off
 * the compaction, then take five times the estimate of one. The request for a summary comes without tools (0.169.0),
 * which leaves room for the summary.
 */
function room(window: number): number {
  return Math.min((OWN_OUTPUT / 4) * 5, Math.floor(window / 4));
}

/**
 * The number of tokens at which Codex should compact so that a window does not overflow. LMDeploy refuses what is too
 * long, a request for a summary too, and the session is over. Pure.
 *
 * @param firstTurn the tokens of Codex's first turn; compacting below them would never end. null: not known
 * @returns null where what Codex does by itself leaves room enough
 */
export function compactionLimit(window: number, firstTurn: number | null): number | null {
  if (window - Math.floor(window * OWN_SHARE) >= room(window)) return null;
  const halfway = firstTurn === null ? 0 : Math.floor((window + firstTurn) / 2);
  return Math.min(Math.floor(window * OWN_SHARE), Math.max(window - room(window), halfway));
}
