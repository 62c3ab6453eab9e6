import type { Trouble } from '../../lmdeploy/trouble.js';
import type { JsonObject } from './turn.js';

/** What came in the place of an answer. */
export type Failure =
  /** No head of an answer came, or what came can't be read at all (`troubleOf` names it). */
  | { readonly kind: 'no-answer'; readonly trouble: Trouble }
  /** An answer that is no event stream, whatever its status: its beginning, and its headers by their names in lower case. */
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly headers: Readonly<Record<string, string | string[] | undefined>>;
      readonly body: string;
    }
  /** A stream ended without its last event. */
  | {
      readonly kind: 'cut';
      /** What cut it; null: it ended as if all were said. */
      readonly trouble: Trouble | null;
      /** Whether the model had begun to speak, and whether anything of that was closed by a `….done`. */
      readonly progress: 'silent' | 'spoke' | 'closed';
      /** What stood in it beside events, or in an event without a type: its beginning; '' for nothing. */
      readonly said: string;
    }
  /** A stream ended with an event that is not `response.completed` (`failureIn` finds it). */
  | { readonly kind: 'ended'; readonly event: JsonObject };

/** What is known of the request, and of the server that it went to. */
export interface Asked {
  /** The upstream's `/v1` root. */
  readonly baseUrl: string;
  /** The model that the request names, or the one that is served. */
  readonly model: string | null;
  /** The request's header: whether a key came along, and what is never to be repeated. */
  readonly authorization: string | undefined;
  /** Whether the request limits its answer (`max_output_tokens`); Codex never does. */
  readonly isLimited: boolean;
  /** Whether the server has completed a turn of this bridge before. */
  readonly hasAnswered: boolean;
  /** Where a redirect led, if one was followed. */
  readonly redirectedTo: string | null;
}

/** A failure as Codex is to show it. */
export interface TurnError {
  /** `invalid_prompt` for what is shown as it is; at the other, Codex compacts, or says its own sentence. */
  readonly code: 'invalid_prompt' | 'context_length_exceeded';
  /** One sentence, and behind a line end and an arrow one remedy. Safe for a terminal but for that line end. */
  readonly message: string;
  /** For a turn that was not asked for as a stream. */
  readonly status: number;
}

/** The failure that an event is; null for every event that is none. */
export function failureIn(event: JsonObject): Failure | null {
  const { type } = event;
  const ends = type === 'response.failed' || type === 'response.incomplete' || type === 'error';
  return ends || (type === undefined && 'error' in event) ? { kind: 'ended', event } : null;
}

/** A failure in words; null where it is none of the server's (an answer that its own limit ended). Pure. */
export function errorInWords(_failure: Failure, _asked: Asked): TurnError | null {
  return { code: 'invalid_prompt', message: 'Something failed.\n→ codex-lmdeploy doctor', status: 502 };
}

/**
 * The events that end a turn with an error.
 *
 * @param begun the response object of the `response.created` that was passed on; null: none was
 */
export function failedTurn({ code, message }: TurnError, begun: JsonObject | null): readonly JsonObject[] {
  const response = begun ?? { id: 'resp_codex_lmdeploy', object: 'response', output: [] };
  const created = { type: 'response.created', response: { ...response, status: 'in_progress' } };
  const failed = {
    type: 'response.failed',
    response: { ...response, status: 'failed', error: { code, message } },
  };
  return begun === null ? [created, failed] : [failed];
}

/** The body of an error in LMDeploy's shape, for a turn that was not asked for as a stream. */
export function errorBody({ code, message, status }: TurnError): JsonObject {
  const type = status >= 500 ? 'server_error' : 'invalid_request_error';
  return { error: { message, type, param: null, code } };
}
