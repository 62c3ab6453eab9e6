/** What Codex does by itself: compacts when 90 % of the window are used (0.169.0). */
const OWN_SHARE = 0.9;

/**
 * Room for what comes on top of the count by which Codex decides: the tool outputs since, which it estimates by their
 * bytes, the request for a summary and that summary itself.
 */
const ROOM = 4_096;

/**
 * The number of tokens at which Codex should compact so that a window does not overflow. Pure.
 *
 * @param firstTurn the tokens of Codex's first turn; compacting below them would never end. null: not known
 * @returns null where what Codex does by itself leaves room enough
 */
export function compactionLimit(window: number, firstTurn: number | null): number | null {
  if (window - Math.floor(window * OWN_SHARE) >= ROOM) return null;
  const halfway = firstTurn === null ? 0 : Math.floor((window + firstTurn) / 2);
  return Math.min(Math.floor(window * OWN_SHARE), Math.max(window - ROOM, halfway));
}
