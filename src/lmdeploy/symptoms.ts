import { printable } from '../ui/printable.js';
import { shellWord } from '../ui/shell-word.js';
import { whichKey } from './opening.js';
import type { Redirect } from './redirect.js';
import type { ServerError } from './server-error.js';

/** A fault of a server in words. */
export interface Symptom {
  /** One sentence that names the thing. */
  readonly detail: string;
  /** One line that can be pasted, or done. */
  readonly remedy: string;
}

export const SERVER_LOG = 'Look at the log of lmdeploy serve api_server; it names the cause.';
export const UPGRADE = "pip install -U 'lmdeploy>=0.18'   # on the server; then start it again";
export const NO_BUFFERING =
  'If a gateway stands between, switch its buffering off (nginx: proxy_buffering off;), or use the server’s own address.';
/** A window in which Codex can work for long, for a server that is started again with a larger one. */
export const LONGER = { sessionLength: 65_536 } as const;

/**
 * @param said the words of its refusal
 * @param keyVariable the variable whose value it wants as a key; null: it wants none
 */
export function asleep(said: string, baseUrl: string, keyVariable: string | null): Symptom {
  const root = baseUrl.replace(/\/v1$/, '');
  const post = "curl -X POST -H 'content-type: application/json'";
  const address = shellWord(`${root}/wakeup`);
  // The key by the name of its variable, and through a pipe: everybody may read what stands on a command line.
  const withKey = `printf 'authorization: Bearer %s' "$${keyVariable}" | ${post} -H @- ${address}`;
  return {
    detail: `The engine sleeps: ${said}`,
    remedy: `${keyVariable === null ? `${post} ${address}` : withKey}   # wakes it`,
  };
}

/** Something answers at `address` that is no LMDeploy. */
export function strange(address: string, what: string): Symptom {
  return {
    detail: `${address} answers with ${what}; that is no LMDeploy api_server.`,
    remedy:
      'codex-lmdeploy doctor http://HOST:23333   # with the address that lmdeploy serve api_server printed',
  };
}

export function noResponsesApi(baseUrl: string): Symptom {
  return { detail: `${baseUrl} has no /v1/responses, which LMDeploy has since 0.14.`, remedy: UPGRADE };
}

/** @param again the line that starts the server with a parser */
export function noToolParser(again: string): Symptom {
  return {
    detail:
      'The server runs without --tool-call-parser, so it refuses every turn of Codex, which always sends tools.',
    remedy: again,
  };
}

/**
 * A refusal for want of a key.
 *
 * @param what what goes on behind "The server"
 * @param variable the one that the key is in, or ought to be
 */
export function lockedOut(lock: ServerError, what: string, variable: string): Symptom {
  return { detail: lockedBy(lock, what), remedy: `export ${variable}=KEY   # ${whichKey(lock)}` };
}

/** The sentence alone. */
export function lockedBy(lock: ServerError, what: string): string {
  const who = lock.ofLmdeploy ? 'The server' : 'A gateway before the server';
  return `${who} ${what}: it says "${lock.message}" (${lock.status}).`;
}

/** @param what the kind of turn, such as "a plain turn" */
export function refusedTurn(what: string, { status, message }: ServerError): Symptom {
  return { detail: `The server refuses ${what} (${status}): ${message}`, remedy: SERVER_LOG };
}

export function failedOnServer(message: string): Symptom {
  return { detail: `The turn failed on the server: ${message}`, remedy: SERVER_LOG };
}

export function unusableAnswer(problem: string): Symptom {
  return { detail: `The answer can't be used: ${problem}.`, remedy: SERVER_LOG };
}

export function inOnePiece(): Symptom {
  return {
    detail: 'The answer came in one piece although a stream was asked for.',
    remedy: NO_BUFFERING,
  };
}

export function unreadableStream(problem: string): Symptom {
  return { detail: `Codex can't read the stream: ${problem}.`, remedy: NO_BUFFERING };
}

/** @param also what else shows it, as a part of the sentence */
export function brokenByOpenai(problem: string, also = ''): Symptom {
  return {
    detail: `The answer breaks off (${problem})${also}: LMDeploy 0.14 to 0.16 does this when its "openai" package is 2.45 or newer.`,
    remedy:
      "pip install -U 'lmdeploy>=0.18'   # on the server (or: pip install 'openai<2.45'); then start it again",
  };
}

/** Codex follows it too, on every turn; but a POST may become a GET, and the key does not go to another host. */
export function redirected({ from, to, status, leftKey }: Redirect): string {
  const key = leftKey ? ', and the key stays behind' : '';
  return `${printable(from)} redirects to ${printable(to)} (${status})${key}.`;
}

/** @param instead what is served; null: not known */
export function notServed(model: string, instead: string | null): string {
  const other = instead === null ? '' : `; "${printable(instead)}" is`;
  return `"${printable(model)}" is not served${other}.`;
}

/**
 * What helps where the server refuses what Codex sends.
 *
 * @param refusal its words
 * @param again the line that starts the server, and `longer` the same with a larger window
 */
export function refusalRemedy(
  status: number,
  refusal: string,
  { again, longer }: { again: string; longer: string },
): string {
  if (status === 413)
    return 'If a gateway stands between, let it take larger requests (nginx: client_max_body_size 64m;), or use the server’s own address.';
  if (status === 500)
    return 'Look at the log of the server, or of the gateway before it: one that may not put a large request on its disk answers so (nginx: client_body_buffer_size 1m;).';
  if (saysTooLong(refusal)) return longer;
  if (/input item type/.test(refusal))
    return `${again}; with --model-name OTHER, one that is not OpenAI's: to models it knows Codex sends what LMDeploy does not take`;
  return 'Look at the log of the server; it names the cause.';
}

/** LMDeploy 0.16 to 0.18, and other servers in their own words. */
export function saysTooLong(refusal: string): boolean {
  return /context length|too long/i.test(refusal);
}
