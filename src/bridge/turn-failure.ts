import type { ServerResponse } from 'node:http';
import { printable } from '../ui/printable.js';
import type { CodexStream } from './codex-stream.js';
import { errorInWords, type Failure } from './translate/errors.js';
import { errorBody, failedTurn } from './translate/failed-turn.js';
import type { Turn } from './turn.js';

/** Ends a turn in words: as the last event of its stream, or as the body of an answer that is none. */
export async function failTurn(
  turn: Turn,
  failure: Failure,
  stream: CodexStream | null,
  response: ServerResponse | null,
): Promise<void> {
  const error = errorInWords(failure, turn.asked);
  turn.record.status = error === null ? 'incomplete' : 'failed';
  // What helps stands behind the line end, and is Codex's to show.
  turn.record.reason = error && printable(error.message.split('\n')[0] ?? '');
  if (stream === null) {
    const said = error ?? {
      code: 'invalid_prompt' as const,
      message: 'The answer is incomplete.',
      status: 502,
    };
    response
      ?.writeHead(said.status, { 'content-type': 'application/json' })
      .end(JSON.stringify(errorBody(said)));
    return;
  }
  // An answer that the request's own limit ended is as the server said it.
  if (error === null && failure.kind === 'ended') await stream.send([failure.event]);
  else if (error !== null) await stream.send(failedTurn(error, stream.begun));
  stream.end();
}
