import { z } from 'zod';
import type { Evidence } from './discover.js';
import { toldOfServer } from './told.js';
import { toldOfTurns } from './told-turns.js';
import { toldOfWindow } from './told-window.js';

/** What was seen of a server; null: not known, or not asked. One of the documents that scripts rely on. */
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

/** Each fact with what it was told by. Pure. */
export function explain(evidence: Evidence) {
  return { ...toldOfServer(evidence), ...toldOfTurns(evidence), ...toldOfWindow(evidence) };
}

/** The facts that the evidence proves, in the shape that scripts rely on. Pure. */
export function factsOf(evidence: Evidence): ServerFacts {
  const told = explain(evidence);
  const { listing } = evidence;
  return {
    baseUrl: evidence.baseUrl,
    kind: told.kind.value,
    release: told.release.value,
    models: listing.state === 'listed' ? listing.models.map(({ id }) => id) : [],
    keyRequired: told.keyRequired.value,
    keyAccepted: told.keyAccepted.value,
    asleep: told.asleep.value,
    responses: {
      answers: told.answers.value,
      streams: told.streams.value,
      toolCall: told.toolCall.value,
      secondTurn: told.secondTurn.value,
      emptyArguments: told.emptyArguments.value,
      undeclaredCalls: told.undeclaredCalls.value,
      reasoning: told.reasoning.value,
    },
    contextWindow: told.contextWindow.value,
    firstTurnTokens: told.firstTurnTokens.value,
  };
}
