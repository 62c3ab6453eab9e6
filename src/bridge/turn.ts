import type { Asked } from './translate/errors.js';
import type { JsonObject, TranslatedTurn } from './translate/turn.js';

/** How a turn went, for the log. */
export interface TurnRecord {
  status: string;
  /** What went wrong, in one sentence. */
  reason: string | null;
  firstEventMs: number | null;
  tokensIn: number | null;
  tokensOut: number | null;
}

/** One turn on its way. */
export interface Turn {
  readonly translated: TranslatedTurn;
  readonly asked: Asked;
  readonly record: TurnRecord;
  readonly started: number;
}

/** Notes the tokens that a response object says were used. */
export function countTokens({ usage }: JsonObject, record: TurnRecord): void {
  if (typeof usage !== 'object' || usage === null) return;
  const { input_tokens, output_tokens } = usage as JsonObject;
  if (typeof input_tokens === 'number') record.tokensIn = input_tokens;
  if (typeof output_tokens === 'number') record.tokensOut = output_tokens;
}
