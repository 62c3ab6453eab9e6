import { z } from 'zod';

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
