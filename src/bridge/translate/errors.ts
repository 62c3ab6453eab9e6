import type { Redirect } from '../../lmdeploy/redirect.js';
import type { Symptom } from '../../lmdeploy/symptoms.js';
import type { Trouble } from '../../lmdeploy/trouble.js';
import { withoutKey } from '../../lmdeploy/without-key.js';
import { printable } from '../../ui/printable.js';
import { inPlaceOfStream } from './answered.js';
import { keyIn, launchLine, troubleInWords } from './asked.js';
import { cutOff, ended, isOverflow } from './stream-end.js';
import type { JsonObject } from './turn.js';

/** What came in the place of an answer. */
export type Failure =
  /** No head of an answer came, or what came can't be read at all (`troubleOf` names it). */
  | { readonly kind: 'no-answer'; readonly trouble: Trouble }
  | Answered
  | Cut
  /** A stream ended with an event that is not `response.completed` (`failureIn` finds it). */
  | { readonly kind: 'ended'; readonly event: JsonObject };

/** An answer that is no event stream, whatever its status. */
export interface Answered {
  readonly kind: 'answered';
  readonly status: number;
  /** By their names in lower case, as they came. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Its beginning is enough. */
  readonly body: string;
}

/** A stream ended without its last event. */
export interface Cut {
  readonly kind: 'cut';
  /** What cut it; null: it ended as if all were said. */
  readonly trouble: Trouble | null;
  /** Whether the model had begun to speak, and whether anything of that was closed by a `….done`. */
  readonly progress: 'silent' | 'spoke' | 'closed';
  /** What stood in it beside events, as it came; '' for nothing. */
  readonly said: string;
}

/** What is known of the request, and of the server that it went to. */
export interface Asked {
  /** The upstream's `/v1` root. */
  readonly baseUrl: string;
  /** The model that the request names, or the one that is served. */
  readonly model: string | null;
  /** The request's header: whether a key came along, and what is never to be repeated. */
  readonly authorization: string | undefined;
  /** The variable that the key is in, where it is known. */
  readonly keyVariable?: string | undefined;
  /** Whether the request limits its answer (`max_output_tokens`); Codex never does. */
  readonly isLimited: boolean;
  /** Whether the server has completed a turn of this bridge before. */
  readonly hasAnswered: boolean;
  /** The last redirect that was followed for this request. */
  readonly redirect: Redirect | null;
}

/** A failure as Codex is to show it. */
export interface TurnError {
  /**
   * At `context_length_exceeded` Codex 0.134.0 to 0.169.0 drops the oldest item if it is compacting, and else says its own
   * sentence. The message of an `invalid_prompt` is shown as it is, at once. Any other code is retried five times.
   */
  readonly code: 'invalid_prompt' | 'context_length_exceeded';
  /** One sentence, and behind a line end and an arrow one remedy. Safe for a terminal, and without the key. */
  readonly message: string;
  /** For a turn that was not asked for as a stream. */
  readonly status: number;
}

/** A failure in words; null where it is none: an answer that the request's own limit ended. Pure. */
export function errorInWords(failure: Failure, asked: Asked): TurnError | null {
  const code = isOverflow(failure) ? 'context_length_exceeded' : 'invalid_prompt';
  const symptom = inWords(failure, asked);
  if (symptom === null) return null;
  const clean = (text: string) => cleaned(text, asked.authorization);
  const message = `${clean(symptom.detail)}\n→ ${clean(symptom.remedy)}`;
  return { code, message, status: code === 'context_length_exceeded' ? 400 : statusOf(failure) };
}

function inWords(failure: Failure, asked: Asked): Symptom | null {
  switch (failure.kind) {
    case 'no-answer':
      return troubleInWords(failure.trouble, launchLine(asked, 'starts it'));
    case 'answered':
      return inPlaceOfStream(failure, asked);
    case 'cut':
      return cutOff(failure, asked);
    case 'ended':
      return ended(failure.event, asked);
  }
}

/** The failure that an event is; null for every event that is none. */
export function failureIn(event: JsonObject): Failure | null {
  const { type } = event;
  const ends = type === 'response.failed' || type === 'response.incomplete' || type === 'error';
  // An error without a type is what other servers end a stream with; Codex passes over it.
  return ends || (type === undefined && 'error' in event) ? { kind: 'ended', event } : null;
}

/** A server may repeat what was sent to it, and say it in pieces between escape codes. */
function cleaned(text: string, authorization = ''): string {
  const key = keyIn(authorization);
  return withoutKey(printable(withoutKey(text, key)), key).trim();
}

function statusOf(failure: Failure): number {
  if (failure.kind !== 'answered') return 502;
  return failure.status >= 400 && failure.status <= 599 && failure.status !== 407 ? failure.status : 502;
}
