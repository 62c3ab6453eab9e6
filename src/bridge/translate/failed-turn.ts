import type { TurnError } from './errors.js';
import type { JsonObject } from './turn.js';

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
