import { engineSaysTooLong } from '../../lmdeploy/context-length.js';
import { AGAIN } from '../../lmdeploy/launch.js';
import { serverError } from '../../lmdeploy/server-error.js';
import {
  brokenByOpenai,
  failedOnServer,
  LONGER,
  type Symptom,
  unreadableStream,
  unusableAnswer,
} from '../../lmdeploy/symptoms.js';
import { endsEarly } from '../../lmdeploy/turn.js';
import { printable } from '../../ui/printable.js';
import { refusesLength } from './answered.js';
import { launchLine, troubleInWords } from './asked.js';
import type { Asked, Cut, Failure } from './errors.js';
import type { JsonObject } from './turn.js';

/** A stream that ended without its last event, in words. */
export function cutOff({ trouble, progress, said }: Cut, asked: Asked): Symptom {
  // What Codex can't read is named as it is.
  if (trouble !== null && trouble.kind !== 'closed')
    return troubleInWords(trouble, launchLine(asked, 'starts it'));
  const beside = said === '' ? '' : `; it holds "${serverError(200, said).message}"`;
  const problem = endsEarly(trouble, beside);
  if (progress === 'spoke' && !asked.hasAnswered) return brokenByOpenai(problem);
  return trouble === null ? unreadableStream(problem) : unusableAnswer(problem);
}

/** A stream whose last event is not `response.completed`, in words; null where the request's own limit ended it. */
export function ended(event: JsonObject, asked: Asked): Symptom | null {
  if (event['type'] !== 'response.incomplete') {
    const message = messageIn(event);
    return failedOnServer(printable(message.slice(0, 2_000)).trim().slice(0, 500) || 'no reason given');
  }
  if (asked.isLimited) return null;
  return {
    detail: 'The context window is full, so the server ended the answer.',
    remedy: launchLine(asked, AGAIN, LONGER),
  };
}

/**
 * Whether a failure means that the conversation does not fit. LMDeploy refuses an input that is too long (0.16 to 0.18) or
 * ends its turn at once (0.14, 0.15); an answer without a limit of its own ends where the window does.
 */
export function isOverflow(failure: Failure): boolean {
  if (failure.kind === 'answered') return refusesLength(failure);
  if (failure.kind !== 'ended') return false;
  const { type, response } = failure.event;
  // The engine's own words stand in the output on 0.14 and 0.15.
  return type === 'response.incomplete' || engineSaysTooLong(messageIn(failure.event) + outputOf(response));
}

function outputOf(response: unknown): string {
  return typeof response === 'object' && response !== null && 'output' in response
    ? JSON.stringify(response.output)
    : '';
}

/** The words of `response.failed`, or of an error event in one of its shapes. */
function messageIn(event: JsonObject): string {
  for (const path of [['response', 'error', 'message'], ['error', 'message'], ['message'], ['error']]) {
    const found = path.reduce<unknown>(
      (at, name) => (typeof at === 'object' && at !== null ? (at as JsonObject)[name] : undefined),
      event,
    );
    if (typeof found === 'string') return found;
  }
  return '';
}
