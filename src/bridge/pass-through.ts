import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { Dispatcher } from 'undici';
import type { Trouble } from '../lmdeploy/trouble.js';
import { addressOf } from './address-of.js';
import { answerHeaders, requestHeaders } from './headers.js';
import type { Passage } from './passage.js';
import { errorInWords, type TurnError } from './translate/errors.js';
import { errorBody } from './translate/failed-turn.js';
import { ask } from './upstream.js';

/**
 * Passes on a request that is no turn, and its answer, as they are.
 *
 * @param body read whole, so that it can go along a redirect
 */
export async function passThrough(
  passage: Passage,
  request: IncomingMessage,
  response: ServerResponse,
  body: Buffer,
  signal: AbortSignal,
): Promise<number> {
  const hop = {
    method: (request.method ?? 'GET') as Dispatcher.HttpMethod,
    url: addressOf(request.url ?? '', passage.upstream),
    headers: requestHeaders(request.headers, passage.via),
    body: body.byteLength === 0 ? null : body,
  };
  const answered = await ask(passage.network, hop, passage.upstream, signal);
  if ('trouble' in answered) {
    const body = JSON.stringify(errorBody(noAnswer(passage, request, answered.trouble)));
    response.writeHead(502, { 'content-type': 'application/json' }).end(body);
    return 502;
  }
  const { statusCode, headers, body: stream } = answered.response;
  response.writeHead(statusCode, answerHeaders(headers));
  await pipeline(stream, response);
  return statusCode;
}

/** The same words as for a turn. */
function noAnswer(passage: Passage, { headers }: IncomingMessage, trouble: Trouble): TurnError {
  const { upstream: baseUrl, model, hasAnswered } = passage;
  const asked = {
    baseUrl,
    model,
    authorization: headers.authorization,
    isLimited: false,
    hasAnswered,
    redirect: null,
  };
  const error = errorInWords({ kind: 'no-answer', trouble }, asked);
  if (error === null) throw new Error('a trouble without words');
  return error;
}
