import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Dispatcher } from 'undici';
import { unfitness } from '../lmdeploy/unfit.js';
import { printable } from '../ui/printable.js';
import { addressOf } from './address-of.js';
import { codexStream } from './codex-stream.js';
import { requestHeaders } from './headers.js';
import type { Passage } from './passage.js';
import type { Asked } from './translate/errors.js';
import { type JsonObject, translateTurn } from './translate/turn.js';
import type { Turn, TurnRecord } from './turn.js';
import { failTurn } from './turn-failure.js';
import { relayStream } from './turn-stream.js';
import { relayWhole } from './turn-whole.js';
import { ask } from './upstream.js';

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
  for (const what of translated.leftOut)
    passage.sayOnce(`LMDeploy has nothing for ${printable(what)}: left out.`);
  const record: TurnRecord = {
    status: '',
    reason: null,
    firstEventMs: null,
    tokensIn: null,
    tokensOut: null,
  };
  const isStream = body['stream'] === true;
  const stream = isStream ? codexStream(response, passage.silenceMs) : null;
  const url = addressOf(request.url ?? '', passage.upstream);
  const {
    'accept-encoding': _encoding,
    'content-encoding': _coded,
    ...headers
  } = requestHeaders(request.headers, passage.via);
  const hop = { method: 'POST' as const, url, headers, body: JSON.stringify(translated.body) };
  const started = performance.now();
  try {
    const answered = await ask(passage.network, hop, passage.upstream, signal);
    const asked: Asked = {
      baseUrl: passage.upstream,
      model: typeof body['model'] === 'string' && body['model'] !== '' ? body['model'] : passage.model,
      authorization: request.headers.authorization,
      keyVariable: passage.keyVariable ?? undefined,
      isLimited: typeof body['max_output_tokens'] === 'number',
      hasAnswered: passage.hasAnswered,
      redirect: passage.network.redirects.findLast(({ from }) => from === url.href) ?? null,
    };
    const turn: Turn = { translated, asked, record, started };
    if ('trouble' in answered)
      await failTurn(turn, { kind: 'no-answer', trouble: answered.trouble }, stream, response);
    else if (stream !== null && isEventStream(answered.response))
      await relayStream(turn, answered.response, stream, signal);
    else await relayWhole(turn, answered.response, stream, response, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
    record.status = 'left by Codex';
  }
  if (record.status === 'completed') passage.hasAnswered = true;
  return record;
}

/** Codex 0.169.0 does not look at the type; a stream under another one than these two works without a bridge too. */
function isEventStream({ statusCode, headers }: Dispatcher.ResponseData): boolean {
  const type = String(headers['content-type'] ?? '').toLowerCase();
  const isFit = unfitness(statusCode, String(headers['content-encoding'] ?? '')) === null;
  return isFit && statusCode === 200 && !/json|html/.test(type);
}
