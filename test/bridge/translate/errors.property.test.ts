import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Asked, errorInWords, type Failure, failureIn } from '../../../src/bridge/translate/errors.js';
import { ASKED, KEY } from './failures.js';

/** Anything that a server may say, with the key in it, whole or parted by what a terminal would not show. */
const text = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        ...[
          KEY,
          `Bearer ${KEY}`,
          `${KEY.slice(0, 5)}\u001b[0m${KEY.slice(5)}`,
          `${KEY.slice(0, 5)}\u0007${KEY.slice(5)}`,
        ],
        ...[
          '\u001b]0;owned\u0007',
          '\r\n',
          '\u202e',
          '<html><title>',
          '{"error":{"message":"',
          '","type":"x"}}',
        ],
        ...[
          'Input length (9) must be smaller than the model context length (8)',
          '--tool-call-parser',
          'sleeping',
        ],
      ),
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(''));
const error = fc.record({ message: text, type: text, param: fc.option(text), code: fc.anything() });
const body = fc.oneof(
  text,
  fc.json(),
  fc
    .oneof(fc.record({ error }), fc.record({ detail: text }), fc.record({ error: text }), error)
    .map((it) => JSON.stringify(it)),
);
const event = fc.oneof(
  fc.dictionary(fc.constantFrom('type', 'message', 'error', 'response'), fc.anything()),
  fc.record({
    type: fc.constantFrom('response.failed', 'response.incomplete', 'error'),
    response: fc.oneof(fc.anything(), fc.record({ error, output: fc.anything() })),
    message: text,
  }),
);
const trouble = fc.record({
  kind: fc.constantFrom('refused', 'closed', 'timeout', 'unreadable', 'too-large', 'network'),
  message: text.map((words) => `h ${words}.`),
});
const failure: fc.Arbitrary<Failure> = fc.oneof(
  fc.record({ kind: fc.constant('no-answer'), trouble }),
  fc.record({
    kind: fc.constant('answered'),
    status: fc.oneof(
      fc.integer({ min: 200, max: 999 }),
      fc.constantFrom(200, 400, 401, 403, 404, 413, 429, 502, 503),
    ),
    headers: fc.dictionary(
      fc.constantFrom('content-encoding', 'www-authenticate', 'retry-after', 'location', 'content-type'),
      fc.oneof(text, fc.array(text)),
    ),
    body,
  }),
  fc.record({
    kind: fc.constant('cut'),
    trouble: fc.option(trouble),
    progress: fc.constantFrom('silent', 'spoke', 'closed'),
    said: text,
  }),
  event.map((it): Failure => failureIn(it) ?? { kind: 'ended', event: it }),
);
const asked: fc.Arbitrary<Asked> = fc.record({
  baseUrl: fc.constantFrom(
    'http://127.0.0.1:23333/v1',
    'https://gateway.example/llm/v1',
    'http://[::1]:8000/v1',
  ),
  model: fc.option(text),
  authorization: fc.constantFrom(`Bearer ${KEY}`, KEY, `Basic ${KEY}`),
  isLimited: fc.boolean(),
  hasAnswered: fc.boolean(),
  redirect: fc.constant(ASKED.redirect),
});

/** One line for a terminal. */
const LINE = /^[^\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]+$/;

test('whatever a server says becomes one sentence and one remedy that a terminal can show, without the key', () => {
  fc.assert(
    fc.property(failure, asked, (it, its) => {
      const told = errorInWords(it, its);
      if (told === null) {
        expect(its.isLimited).toBe(true);
        return;
      }
      const lines = told.message.split('\n→ ');
      expect(lines).toHaveLength(2);
      for (const line of lines) expect(line).toMatch(LINE);
      expect(told.message).not.toContain(KEY);
      expect(told.status).toBeGreaterThanOrEqual(400);
      expect(told.status).toBeLessThanOrEqual(599);
    }),
    { numRuns: 2_000 },
  );
});
