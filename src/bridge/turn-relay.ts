import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Dispatcher } from 'undici';
import { troubleOf } from '../lmdeploy/failed-request.js';
import { parseJson } from '../lmdeploy/json.js';
import { unfitness } from '../lmdeploy/unfit.js';
import { printable } from '../ui/printable.js';
import { type Block, dataOf, readBlocks } from './blocks.js';
import { type CodexStream, codexStream, wire } from './codex-stream.js';
import { requestHeaders } from './headers.js';
import type { Passage } from './passage.js';
import { type Asked, errorInWords, type Failure, failureIn } from './translate/errors.js';
import { errorBody, failedTurn } from './translate/failed-turn.js';
import {
  type EventTranslator,
  type JsonObject,
  type TranslatedTurn,
  translateTurn,
} from './translate/turn.js';
import { ask } from './upstream.js';

/** How a turn went, for the log. */
export interface TurnRecord {
  status: string;
  firstEventMs: number | null;
  tokensIn: number | null;
  tokensOut: number | null;
}

/** One turn on its way. */
interface Turn {
  readonly translated: TranslatedTurn;
  readonly asked: Asked;
  readonly record: TurnRecord;
  readonly started: number;
}

/**
 * Carries one turn of Codex to the server, and what comes of it back.
 *
 * @param body the request's body, read and decoded
 * @param signal aborted when Codex goes away
 */
export async function relayTurn(
  passage: Passage,
  request: IncomingMessage,
  response: ServerResponse,
  body: JsonObject,
  signal: AbortSignal,
): Promise<TurnRecord> {
  const translated = translateTurn(body);
  for (const what of translated.leftOut) passage.sayOnce(`LMDeploy has nothing for ${what}: left out.`);
  const record: TurnRecord = { status: '', firstEventMs: null, tokensIn: null, tokensOut: null };
  const isStream = body['stream'] === true;
  const stream = isStream ? codexStream(response, passage.silenceMs) : null;
  const url = new URL(`${passage.upstream}/responses`);
  const {
    'accept-encoding': _encoding,
    'content-encoding': _coded,
    ...headers
  } = requestHeaders(request.headers, passage.via);
  const hop = { method: 'POST' as const, url, headers, body: JSON.stringify(translated.body) };
  const started = performance.now();
  const answered = await ask(passage.network, hop, passage.upstream, signal);
  const asked: Asked = {
    baseUrl: passage.upstream,
    model: typeof body['model'] === 'string' && body['model'] !== '' ? body['model'] : passage.model,
    authorization: request.headers.authorization,
    isLimited: typeof body['max_output_tokens'] === 'number',
    hasAnswered: passage.hasAnswered,
    redirect: passage.network.redirects.findLast(({ from }) => from === url.href) ?? null,
  };
  const turn: Turn = { translated, asked, record, started };
  if ('trouble' in answered)
    await fail(turn, { kind: 'no-answer', trouble: answered.trouble }, stream, response);
  else if (stream !== null && isEventStream(answered.response))
    await pump(turn, answered.response, stream, signal);
  else await whole(turn, answered.response, stream, response, signal);
  if (record.status === 'completed') passage.hasAnswered = true;
  return record;
}

/** Codex 0.169.0 does not look at the type; a server that names none may well stream. */
function isEventStream({ statusCode, headers }: Dispatcher.ResponseData): boolean {
  const type = String(headers['content-type'] ?? '').toLowerCase();
  const isFit = unfitness(statusCode, String(headers['content-encoding'] ?? '')) === null;
  return isFit && statusCode === 200 && (type === '' || type.startsWith('text/event-stream'));
}

async function pump(
  turn: Turn,
  { body }: Dispatcher.ResponseData,
  stream: CodexStream,
  signal: AbortSignal,
): Promise<void> {
  const { translated, record, started } = turn;
  const events = translated.events();
  let progress: 'silent' | 'spoke' | 'closed' = 'silent';
  let said = '';
  let cut: Failure | null = null;
  let last: Failure | 'completed' | null = null;
  const ends = (how: Failure | 'completed') => {
    last = how;
  };
  try {
    for await (const blocks of readBlocks(body, (text) => {
      said = (said + text).slice(0, 2_000);
    })) {
      record.firstEventMs ??= performance.now() - started;
      let out = '';
      for (const block of blocks) {
        if (/delta$/.test(block.type)) progress = progress === 'silent' ? 'spoke' : progress;
        else if (/(text|arguments|item|part)\.done$/.test(block.type)) progress = 'closed';
        const piece = passOn(block, events, stream, record, ends);
        out += piece;
        if (last !== null) break;
      }
      if (out !== '') await stream.pass(out);
      if (last !== null) break;
    }
  } catch (error) {
    signal.throwIfAborted();
    cut = { kind: 'cut', trouble: troubleOf(error, turn.asked.baseUrl, true), progress, said };
  }
  body.on('error', () => undefined).destroy();
  if (last === 'completed') {
    record.status = 'completed';
    stream.end();
    return;
  }
  await fail(turn, last ?? cut ?? { kind: 'cut', trouble: null, progress, said }, stream, null);
}

/** What Codex gets for one event of the server's: its own text where nothing changes. */
function passOn(
  block: Block,
  events: EventTranslator,
  stream: CodexStream,
  record: TurnRecord,
  ends: (how: Failure | 'completed') => void,
): string {
  if (stream.begun !== null && events.passes(block.type)) return `${block.raw}\n\n`;
  const event = parse(dataOf(block));
  if (event === null) return '';
  const failure = failureIn(event);
  if (failure !== null) {
    ends(failure);
    return '';
  }
  remember(event, stream, record);
  const opening = isWithoutBeginning(event, stream) ? stream.open() : '';
  if (event['type'] === 'response.completed') ends('completed');
  // Codex was told that a response is under way while the server was still silent.
  const isRepeated =
    event['type'] === 'response.created' && stream.begun !== null && stream.begun !== event['response'];
  if (isRepeated) return '';
  const translated = events.next(event);
  if (translated.length === 1 && translated[0] === event) return `${opening}${block.raw}\n\n`;
  return opening + translated.map(wire).join('');
}

/** Whether the server forgot `response.created`, or it was damaged on its way. */
function isWithoutBeginning({ type }: JsonObject, { begun }: CodexStream): boolean {
  return begun === null && typeof type === 'string' && type.startsWith('response.');
}

function remember({ type, response }: JsonObject, stream: CodexStream, record: TurnRecord): void {
  if (typeof response !== 'object' || response === null) return;
  if (type === 'response.created' && stream.begun === null) stream.begin(response as JsonObject);
  count(response as JsonObject, record);
}

function count({ usage }: JsonObject, record: TurnRecord): void {
  if (typeof usage !== 'object' || usage === null) return;
  const { input_tokens, output_tokens } = usage as JsonObject;
  if (typeof input_tokens === 'number') record.tokensIn = input_tokens;
  if (typeof output_tokens === 'number') record.tokensOut = output_tokens;
}

const MAX_WHOLE_BYTES = 64 * 1024 * 1024;

/** An answer that is no stream: a refusal, or the whole turn in one piece. */
async function whole(
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
    return fail(
      turn,
      { kind: 'no-answer', trouble: troubleOf(error, asked.baseUrl, true) },
      stream,
      response,
    );
  }
  const object = stream === null && statusCode === 200 ? parse(text) : null;
  if (object === null || !Array.isArray(object['output']))
    return fail(turn, { kind: 'answered', status: statusCode, headers, body: text }, stream, response);
  record.firstEventMs = performance.now() - started;
  record.status = String(object['status']);
  count(object, record);
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

async function fail(
  turn: Turn,
  failure: Failure,
  stream: CodexStream | null,
  response: ServerResponse | null,
): Promise<void> {
  const error = errorInWords(failure, turn.asked);
  turn.record.status = error === null ? 'incomplete' : `failed: ${printable(error.message).slice(0, 200)}`;
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

function parse(text: string): JsonObject | null {
  const read = parseJson(text);
  const value = 'json' in read ? read.json : null;
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : null;
}
