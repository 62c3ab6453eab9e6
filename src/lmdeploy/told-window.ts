import { grouped } from '../ui/grouped.js';
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

/** "at least 8,191 tokens and at most 300,012 tokens"; empty where nothing is known. */
export function boundsInWords({ atLeast, atMost }: Bounds): string {
  return [
    ...(atLeast === null ? [] : [`at least ${grouped(atLeast)} tokens`]),
    ...(atMost === null ? [] : [`at most ${grouped(atMost)} tokens`]),
  ].join(' and ');
}

/** Whether Codex's own first turn fits; null: not known. */
export function firstTurnFits(evidence: Evidence): boolean | null {
  const { firstTurn } = evidence;
  if (firstTurn === null || firstTurn.fits !== null) return firstTurn?.fits ?? null;
  const { atMost } = windowBounds(evidence);
  const isTooLong = firstTurn.tokens !== null && atMost !== null && firstTurn.tokens >= atMost;
  return isTooLong ? false : null;
}

function contextWindowOf(evidence: Evidence): Told<number> {
  const listed = listedLength(evidence);
  if (listed !== null) return { value: listed, evidence: 'max_model_len in its model list' };
  const { firstTurn, lengths } = evidence;
  if (firstTurn === null && lengths === null) return NOT_ASKED;
  const bounds = windowBounds(evidence);
  if (bounds.atLeast !== null && bounds.atLeast === bounds.atMost)
    return {
      value: bounds.atLeast,
      evidence: 'it refused an input as too long, and named its context length',
    };
  const words = boundsInWords(bounds);
  return {
    value: null,
    evidence: words === '' ? 'no input told it' : `${words}: inputs of that length were taken or not`,
  };
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
