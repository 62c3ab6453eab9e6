import type { Reply } from './client.js';
import type { ServerFacts } from './facts.js';
import { serverError } from './server-error.js';
import type { Turn } from './turn.js';

/**
 * Which LMDeploy it is. The server names no version, but each release says no to an empty input in its own words, and
 * 0.17 counts tokens that 0.16 does not (docs/contract.md holds what each real one answers).
 *
 * @param empty what came of the empty input
 * @param text the plain turn, and `unstreamed` the same in one piece where the stream broke
 * @returns null where the signs fit no release
 */
export function releaseOf(empty: Reply, text: Turn, unstreamed: Turn | null): ServerFacts['release'] {
  if ('trouble' in empty) return null;
  const { status, body } = empty.answer;
  if (status === 500) return '0.14-0.15';
  const { message } = serverError(status, body);
  if (status !== 400) return null;
  if (message === 'input must not be an empty list.') return '0.18+';
  if (message !== 'Request preprocessing failed.') return null;
  if (text.state === 'done') {
    const counted = text.response.usage?.input_tokens_details?.cache_write_tokens;
    return typeof counted === 'number' ? '0.17' : '0.16';
  }
  return breaksByOpenai(text, unstreamed) ? '0.16' : null;
}

/**
 * LMDeploy 0.14 to 0.16 with an `openai` package of 2.45 or newer: a stream breaks off once the model has spoken, and
 * in one piece the answer is a bare 500 (seen on 0.16.0 with openai 3.54; 0.17 requires the newer one).
 */
export function breaksByOpenai(text: Turn, unstreamed: Turn | null): boolean {
  return (
    text.state === 'broken' &&
    unstreamed?.state === 'refused' &&
    unstreamed.error.status === 500 &&
    unstreamed.error.message === 'Internal Server Error'
  );
}
