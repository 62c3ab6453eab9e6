import { z } from 'zod';
import type { Evidence, Turns } from './discover.js';
import { releaseOf } from './release.js';
import { callsOf, hasSoundArguments, isCutShort, type Turn } from './turn.js';

/**
 * What was seen of a server; null: not known, or not asked. One of the documents that scripts rely on.
 * Facts that no probe of this version gathers yet are always null.
 */
export const serverFacts = z.strictObject({
  baseUrl: z.string(),
  kind: z.enum(['lmdeploy', 'lmdeploy-proxy', 'other']).nullable(),
  release: z.enum(['0.18+', '0.17', '0.16', '0.14-0.15']).nullable(),
  models: z.array(z.string()),
  keyRequired: z.boolean().nullable(),
  keyAccepted: z.boolean().nullable(),
  asleep: z.boolean().nullable(),
  responses: z.strictObject({
    answers: z.boolean().nullable(),
    streams: z.boolean().nullable(),
    toolCall: z.boolean().nullable(),
    secondTurn: z.boolean().nullable(),
    emptyArguments: z.boolean().nullable(),
    undeclaredCalls: z.enum(['passed', 'dropped']).nullable(),
    reasoning: z.enum(['none', 'separate', 'inline']).nullable(),
  }),
  contextWindow: z.number().int().nullable(),
  firstTurnTokens: z.number().int().nullable(),
});
export type ServerFacts = z.infer<typeof serverFacts>;

function kindOf({ listing, turns }: Evidence): ServerFacts['kind'] {
  if (turns?.isProxy) return 'lmdeploy-proxy';
  switch (listing.state) {
    case 'listed':
      return listing.ofLmdeploy ? 'lmdeploy' : 'other';
    case 'locked':
      return listing.error.ofLmdeploy ? 'lmdeploy' : null;
    case 'strange':
      return 'other';
    case 'no-answer':
      return null;
  }
}

function toolCallOf(turns: Turns | null): boolean | null {
  const turn = turns?.tool;
  if (!turn || turn.state === 'no-answer') return null;
  const calls = callsOf(turn);
  if (calls.length > 0 && calls.every(hasSoundArguments)) return true;
  return isCutShort(turn) ? null : false;
}

/** Only a turn tells: `/health` goes on saying "healthy" for a sleeping engine (0.14 to 0.18). */
function asleepBy(text: Turn): boolean | null {
  if (text.state === 'refused' && text.error.status === 503)
    return /sleeping/.test(text.error.message) || null;
  return text.state === 'done' || text.state === 'whole' ? false : null;
}

/** The facts that the evidence proves, in the shape that scripts rely on. Pure. */
export function factsOf(evidence: Evidence): ServerFacts {
  const { listing, turns } = evidence;
  const text = turns?.text.state;
  return {
    baseUrl: evidence.baseUrl,
    kind: kindOf(evidence),
    release: turns?.empty ? releaseOf(turns.empty, turns.text, turns.unstreamed) : null,
    models: listing.state === 'listed' ? listing.models.map(({ id }) => id) : [],
    keyRequired: evidence.keyRequired,
    keyAccepted: !evidence.keySent
      ? null
      : listing.state === 'listed' || (listing.state === 'locked' ? false : null),
    asleep: turns === null ? null : asleepBy(turns.text),
    responses: {
      answers:
        turns &&
        [turns.text, turns.unstreamed].some((turn) => turn?.state === 'done' || turn?.state === 'whole'),
      streams: text === undefined || text === 'no-answer' || text === 'refused' ? null : text === 'done',
      toolCall: toolCallOf(turns),
      secondTurn: null,
      emptyArguments: null,
      undeclaredCalls: null,
      reasoning: null,
    },
    contextWindow: null,
    firstTurnTokens: null,
  };
}
