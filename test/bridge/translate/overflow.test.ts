import { describe, expect, test } from 'vitest';
import { errorInWords, type Failure } from '../../../src/bridge/translate/errors.js';
import { ASKED, ended, refusal } from './failures.js';

/** At these Codex compacts, or says that it ran out of room. */
const OVERFLOWS: readonly { what: string; failure: Failure; says: RegExp }[] = [
  {
    what: 'an input that is too long, on 0.16 to 0.18',
    failure: refusal(400, 'Input length (24009) must be smaller than the model context length (8192).'),
    says: /^The turn of 24,009 tokens does not fit into the context window of 8,192\.\n→ lmdeploy .*--session-len 65536/,
  },
  {
    what: 'the same of a large window',
    failure: refusal(400, 'Input length (240090) must be smaller than the model context length (131072).'),
    says: /131,072\.\n→ Start a new thread, or \/compact this one\.$/,
  },
  {
    what: 'another server that says it in its own words',
    failure: refusal(400, "This model's maximum context length is 8192 tokens."),
    says: /^The server refuses the turn \(400\): This model's .*\n→ lmdeploy .*--session-len 65536/,
  },
  {
    what: 'a turn that ends at once, on 0.14 and 0.15',
    failure: ended({ type: 'response.incomplete', response: { usage: { output_tokens: 0 } } }),
    says: /^The context window is full, so the server ended the answer\.\n→ lmdeploy .*--session-len 65536/,
  },
  {
    what: 'an engine whose cache is smaller than the window',
    failure: ended({ type: 'response.failed', response: { error: { message: 'INPUT_LENGTH_ERROR' } } }),
    says: /^The turn failed on the server: INPUT_LENGTH_ERROR\n→/,
  },
  {
    what: 'the same on 0.14 and 0.15, which say it in the answer',
    failure: ended({
      type: 'response.failed',
      response: {
        error: { message: 'Response generation failed.' },
        output: [
          { content: [{ text: 'internal error happened, status code ResponseType.INPUT_LENGTH_ERROR' }] },
        ],
      },
    }),
    says: /^The turn failed on the server: Response generation failed\.\n→/,
  },
];

describe('a conversation that does not fit:', () => {
  test.each(OVERFLOWS)('$what', ({ failure, says }) => {
    const error = errorInWords(failure, ASKED);
    expect(error).toMatchObject({ code: 'context_length_exceeded', status: 400 });
    expect(error?.message).toMatch(says);
  });

  test('an answer that the request itself limits is no failure', () => {
    expect(errorInWords(ended({ type: 'response.incomplete' }), { ...ASKED, isLimited: true })).toBeNull();
  });
});
