import type { Answer } from '../../lmdeploy/client.js';
import { lengthsIn } from '../../lmdeploy/context-length.js';
import { troubleOf } from '../../lmdeploy/failed-request.js';
import { notItself, wantsLogin } from '../../lmdeploy/in-its-place.js';
import { AGAIN } from '../../lmdeploy/launch.js';
import type { Redirect } from '../../lmdeploy/redirect.js';
import { htmlTitle, type ServerError } from '../../lmdeploy/server-error.js';
import {
  asleep,
  inOnePiece,
  LONGER,
  lockedOut,
  NO_BUFFERING,
  noResponsesApi,
  noToolParser,
  notServed,
  redirected,
  refusalRemedy,
  refusedTurn,
  SERVER_LOG,
  type Symptom,
  saysTooLong,
  strange,
  UPGRADE,
  unusableAnswer,
} from '../../lmdeploy/symptoms.js';
import { lacksResponsesApi, lacksToolParser, readTurn, type Turn } from '../../lmdeploy/turn.js';
import { unfitness } from '../../lmdeploy/unfit.js';
import { withoutKey } from '../../lmdeploy/without-key.js';
import { grouped } from '../../ui/grouped.js';
import { shellWord } from '../../ui/shell-word.js';
import { hasKey, keyIn, keyVariable, launchLine, troubleInWords } from './asked.js';
import type { Answered, Asked } from './errors.js';

/** An answer that came where a stream was asked for, in words. */
export function inPlaceOfStream(answered: Answered, asked: Asked): Symptom {
  const answer = asAnswer(answered, asked);
  const unfit = unfitness(answer.status, answer.headers['content-encoding'] ?? '');
  const start = launchLine(asked, 'starts it');
  if (unfit !== null) return troubleInWords(troubleOf(unfit, asked.baseUrl, true), start);
  const { host } = new URL(asked.baseUrl);
  const turn = readTurn({ answer });
  if (asked.redirect !== null && isCause(asked.redirect, answer.status))
    return {
      detail: redirected(asked.redirect),
      remedy: `codex-lmdeploy doctor ${shellWord(asked.baseUrl)}   # with the address where it leads, if that is right`,
    };
  if (turn.state === 'refused') {
    const login = wantsLogin(answer);
    if (login !== null) return strange(`${asked.baseUrl}/responses`, login);
    const absent = isAsleep(turn.error) ? null : notItself(answer, host);
    return absent === null ? refused(turn, asked) : troubleInWords(absent, start);
  }
  const title = htmlTitle(answer.body);
  if (title !== null) return strange(`${asked.baseUrl}/responses`, `an HTML page ("${title}")`);
  if (turn.state === 'whole') return inOnePiece();
  const problem = turn.state === 'broken' ? turn.problem : 'it is no event stream';
  return { ...unusableAnswer(problem), remedy: NO_BUFFERING };
}

/** Whether an answer says that the input is too long for the model. */
export function refusesLength({ status, body }: Answered): boolean {
  return (status === 400 || status === 422) && saysTooLong(body.slice(0, 2_000));
}

function asAnswer({ status, headers, body }: Answered, { authorization = '' }: Asked): Answer {
  const texts = Object.entries(headers).flatMap(([name, value]) => {
    const last = [value].flat().at(-1);
    return last === undefined ? [] : [[name, last] as const];
  });
  const key = keyIn(authorization);
  return { status, contentType: '', body: withoutKey(body, key), headers: Object.fromEntries(texts) };
}

/** Whether a redirect is why no stream came: it took the body or the key away, or led to something else. */
function isCause({ becameGet, leftKey }: Redirect, status: number): boolean {
  return becameGet || status === 200 || (leftKey && isLocked(status));
}

function isLocked(status: number): boolean {
  return status === 401 || status === 403;
}

function isAsleep({ status, message }: ServerError): boolean {
  return status === 503 && /sleeping/.test(message);
}

/** A turn that the server, or a gateway before it, has looked at and said no to. */
function refused(turn: Turn & { state: 'refused' }, asked: Asked): Symptom {
  const { error } = turn;
  const { status, message, param } = error;
  const model = asked.model ?? '';
  const again = launchLine(asked, AGAIN);
  const longer = launchLine(asked, AGAIN, LONGER);
  if (isAsleep(error)) return asleep(message, asked.baseUrl, hasKey(asked) ? keyVariable(asked) : null);
  if (isLocked(status))
    return lockedOut(
      error,
      asked.authorization === undefined
        ? 'wants a key, and Codex sends none'
        : 'refuses the key that Codex sends',
      keyVariable(asked),
    );
  if (status === 404 && param === 'model')
    return {
      detail: notServed(model, null),
      remedy: `codex-lmdeploy models ${shellWord(asked.baseUrl)}   # lists what is served; then: codex -m NAME`,
    };
  if (lacksResponsesApi(turn)) return noResponsesApi(asked.baseUrl);
  if (lacksToolParser(turn)) return noToolParser(again);
  const lengths = lengthsIn(message);
  if (lengths !== null) return tooLong(lengths, longer);
  return { ...refusedTurn('the turn', error), remedy: remedyFor(error, { again, longer }) };
}

function tooLong(
  { tokens, contextLength }: { tokens: number; contextLength: number },
  longer: string,
): Symptom {
  const detail = `The turn of ${grouped(tokens)} tokens does not fit into the context window of ${grouped(contextLength)}.`;
  const isSmall = contextLength < LONGER.sessionLength;
  return { detail, remedy: isSmall ? longer : 'Start a new thread, or /compact this one.' };
}

/** What helps against a refusal that a translated turn should not meet. */
function remedyFor({ status, message }: ServerError, lines: { again: string; longer: string }): string {
  if (/reasoning\.effort/.test(message))
    return `Set model_reasoning_effort = "high" in the config; or ${UPGRADE}`;
  if (/arguments contain invalid JSON/.test(message)) return UPGRADE;
  if (/content part type: 'input_image'/.test(message))
    return 'codex-lmdeploy init --catalog   # tells Codex that the model reads text only; then start a new thread';
  if (status >= 500) return SERVER_LOG;
  return refusalRemedy(status, message, lines);
}
