import { describe, expect, test } from 'vitest';
import { failureIn } from '../../../src/bridge/translate/errors.js';
import { errorBody, failedTurn } from '../../../src/bridge/translate/failed-turn.js';
import type { JsonObject } from '../../../src/bridge/translate/turn.js';

describe('events', () => {
  test('that are failures are found', () => {
    for (const type of ['response.failed', 'response.incomplete', 'error'])
      expect(failureIn({ type })).toEqual({ kind: 'ended', event: { type } });
    expect(failureIn({ error: 'x' })).toEqual({ kind: 'ended', event: { error: 'x' } });
    for (const type of ['response.completed', 'response.output_text.delta', 'x'])
      expect(failureIn({ type, error: 'x' })).toBeNull();
    expect(failureIn({})).toBeNull();
  });

  const error = { code: 'invalid_prompt', message: 'A.\n→ B', status: 502 } as const;

  test('end a turn that had not begun with a beginning of their own', () => {
    const [created, failed, ...more] = failedTurn(error, null);
    expect(more).toEqual([]);
    expect(created).toMatchObject({ type: 'response.created', response: { status: 'in_progress' } });
    expect(failed).toMatchObject({
      type: 'response.failed',
      response: { status: 'failed', error: { code: 'invalid_prompt', message: 'A.\n→ B' } },
    });
    expect(idOf(created)).toBe(idOf(failed));
  });

  test('end one that had begun as the response that it is', () => {
    const begun = { id: 'resp_7', object: 'response', status: 'in_progress', model: 'm', output: [] };
    expect(failedTurn(error, begun)).toEqual([
      {
        type: 'response.failed',
        response: {
          ...begun,
          status: 'failed',
          error: { code: 'invalid_prompt', message: 'A.\n→ B' },
        },
      },
    ]);
  });

  test('are one body for a turn in one piece', () => {
    expect(errorBody(error)).toEqual({
      error: { message: 'A.\n→ B', type: 'server_error', param: null, code: 'invalid_prompt' },
    });
  });
});

function idOf(event: JsonObject | undefined): unknown {
  return (event?.['response'] as JsonObject | undefined)?.['id'];
}
