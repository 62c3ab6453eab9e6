import type { ServerResponse } from 'node:http';
import type { Dispatcher } from 'undici';
import { troubleOf } from '../lmdeploy/failed-request.js';
import type { CodexStream } from './codex-stream.js';
import { jsonObject } from './json-object.js';
import { countTokens, type Turn } from './turn.js';
import { failTurn } from './turn-failure.js';

const MAX_WHOLE_BYTES = 64 * 1024 * 1024;

/** An answer that is no stream: a refusal, or the whole turn in one piece. */
export async function relayWhole(
  turn: Turn,
  { statusCode, headers, body }: Dispatcher.ResponseData,
  stream: CodexStream | null,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  const { translated, record, started, asked } = turn;
  let text: string;
  try {
    text = await readText(body, stream === null && statusCode === 200 ? MAX_WHOLE_BYTES : 256 * 1024);
  } catch (error) {
    signal.throwIfAborted();
    return failTurn(
      turn,
      { kind: 'no-answer', trouble: troubleOf(error, asked.baseUrl, true) },
      stream,
      response,
    );
  }
  const object = stream === null && statusCode === 200 ? jsonObject(text) : null;
  if (object === null || !Array.isArray(object['output']))
    return failTurn(turn, { kind: 'answered', status: statusCode, headers, body: text }, stream, response);
  record.firstEventMs = performance.now() - started;
  record.status = String(object['status']);
  countTokens(object, record);
  response
    .writeHead(200, { 'content-type': 'application/json' })
    .end(JSON.stringify(translated.response(object)));
}

async function readText(body: AsyncIterable<Uint8Array>, most: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    bytes += chunk.byteLength;
    if (bytes > most) break;
  }
  return new TextDecoder().decode(Buffer.concat(chunks).subarray(0, most));
}
