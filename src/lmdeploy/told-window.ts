import { type Bounds, boundsOf } from './context-length.js';
import type { Evidence } from './discover.js';
import { NOT_ASKED, type Told } from './told.js';

/** How much fits into a turn, and how much of it Codex's first one takes. */
export function toldOfWindow(evidence: Evidence) {
  return { contextWindow: contextWindowOf(evidence), firstTurnTokens: firstTurnOf(evidence) };
}

/** What is known of the context length where no number is. */
export function windowBounds({ firstTurn, lengths }: Evidence): Bounds {
  return boundsOf([...(firstTurn ? [firstTurn] : []), ...(lengths ?? [])]);
}

function contextWindowOf(evidence: Evidence): Told<number> {
  const listed = listedLength(evidence);
  if (listed !== null) return { value: listed, evidence: 'max_model_len in its model list' };
  const { firstTurn, lengths } = evidence;
  if (firstTurn === null && lengths === null) return NOT_ASKED;
  const { atLeast, atMost } = windowBounds(evidence);
  if (atLeast !== null && atLeast === atMost)
    return {
      value: atLeast,
      evidence: 'it refused an input that was too long, and named its context length',
    };
  const bounds = [
    ...(atLeast === null ? [] : [`at least ${atLeast} tokens: an input of that length was taken`]),
    ...(atMost === null ? [] : [`at most ${atMost} tokens: an input of that length was not`]),
  ];
  return { value: null, evidence: bounds.join('; ') || 'no input told how long it may be' };
}

function listedLength({ listing, model }: Evidence): number | null {
  if (listing.state !== 'listed') return null;
  return listing.models.find(({ id }) => id === model)?.contextLength ?? null;
}

function firstTurnOf({ firstTurn }: Evidence): Told<number> {
  if (firstTurn === null) return NOT_ASKED;
  if (firstTurn.tokens === null) return { value: null, evidence: 'the server counted no tokens' };
  return { value: firstTurn.tokens, evidence: 'as the server counts Codex’s own first turn' };
}
