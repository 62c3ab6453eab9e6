import type { ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { troubleOf } from '../lmdeploy/failed-request.js';
import { printable } from '../ui/printable.js';
import type { CodexStream } from './codex-stream.js';
import { turnHeaders } from './headers.js';
import { jsonObject } from './json-object.js';
import { countTokens, type Turn } from './turn.js';
import { failTurn } from './turn-failure.js';

const MAX_WHOLE_BYTES = 64 * 1024 * 1024;
const MAX_REFUSAL_BYTES = 256 * 1024;
/** A refusal is said at once; one without end would keep Codex waiting for as long as it gets signs of life. */
const REFUSAL_LIMIT_MS = 5_000;

/** An answer that is no stream: a refusal, or the whole turn in one piece. */
export async function relayWhole(
  turn: Turn,
  { statusCode, headers, body }: Dispatcher.ResponseData,
  stream: CodexStream | null,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  const { translated, record, started, asked } = turn;
  const isTurn = stream === null && statusCode === 200;
  let text: string;
  try {
    text = isTurn
      ? await readText(body, MAX_WHOLE_BYTES, null)
      : await readText(body, MAX_REFUSAL_BYTES, REFUSAL_LIMIT_MS);
  } catch (error) {
    signal.throwIfAborted();
    return failTurn(
      turn,
      { kind: 'no-answer', trouble: troubleOf(error, asked.baseUrl, true) },
      stream,
      response,
    );
  }
  const object = isTurn ? jsonObject(text) : null;
  if (object === null || !Array.isArray(object['output']))
    return failTurn(turn, { kind: 'answered', status: statusCode, headers, body: text }, stream, response);
  record.firstEventMs = performance.now() - started;
  record.status = printable(String(object['status']).slice(0, 40));
  countTokens(object, record);
  response
    .writeHead(200, { ...turnHeaders(headers), 'content-type': 'application/json' })
    .end(JSON.stringify(translated.response(object)));
}

/** Its beginning, where it grows too large or takes too long. */
async function readText(body: Readable, most: number, limitMs: number | null): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  let isLate = false;
  const limit =
    limitMs === null
      ? undefined
      : setTimeout(() => {
          isLate = true;
          body.destroy();
        }, limitMs);
  try {
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      chunks.push(chunk);
      bytes += chunk.byteLength;
      if (bytes > most) break;
    }
  } catch (error) {
    if (!isLate) throw error;
  } finally {
    clearTimeout(limit);
  }
  return new TextDecoder().decode(Buffer.concat(chunks).subarray(0, most));
}
