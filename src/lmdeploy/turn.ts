import { printable } from '../ui/printable.js';
import type { Client, StreamReply } from './client.js';
import type { TimedEvent } from './events.js';
import { parseJson } from './json.js';
import {
  anyEvent,
  type FunctionCall,
  isLast,
  type OutputItem,
  type ResponseObject,
  readJson,
  responseObject,
  type StreamEvent,
  streamEvent,
} from './schema.js';
import { htmlTitle, type ServerError, serverError } from './server-error.js';
import type { Trouble } from './trouble.js';

/** When the events of a stream came, in milliseconds since the request. */
export interface Came {
  readonly firstMs: number;
  readonly lastMs: number;
  /** In how many pieces they came. */
  readonly pieces: number;
}

/** How a turn that was asked for as a stream went. */
export type Turn =
  /** The stream held what Codex needs. `items` are those of `response.output_item.done`, as Codex reads them. */
  | { state: 'done'; items: readonly OutputItem[]; response: ResponseObject; came: Came }
  /** A right answer, but in one piece. */
  | { state: 'whole'; response: ResponseObject }
  /** The server said no; `retryAfter` is its `Retry-After`. */
  | { state: 'refused'; error: ServerError; retryAfter: string | null }
  /** The server began and the turn failed: an engine error. */
  | { state: 'failed'; message: string; response: ResponseObject }
  /** The answer lacks something that Codex needs. */
  | { state: 'broken'; problem: string }
  | { state: 'no-answer'; trouble: Trouble };

/** Sends one streamed turn and reads what came back as Codex 0.169.0 would. */
export async function takeTurn(client: Client, body: unknown): Promise<Turn> {
  return readTurn(await client.stream(body, endsTurn));
}

/** The same turn in one piece. */
export async function takeUnstreamedTurn(client: Client, body: object): Promise<Turn> {
  return readTurn(await client.respond({ ...body, stream: false }));
}

/**
 * The same, but hangs up as soon as the model speaks: for a turn without a limit of which only the beginning counts.
 *
 * @returns `begun` where the model began to speak
 */
export async function beginTurn(client: Client, body: unknown): Promise<Turn | { state: 'begun' }> {
  let speaks = false;
  const reply = await client.stream(body, (data) => {
    const event = readJson(streamEvent, data);
    speaks ||= 'value' in event && event.value.type.endsWith('.delta');
    return speaks || endsTurn(data);
  });
  return speaks ? { state: 'begun' } : readTurn(reply);
}

function endsTurn(data: string): boolean {
  const event = readJson(streamEvent, data);
  return 'value' in event && isLast(event.value);
}

/** What a reply is as a turn. */
export function readTurn(reply: StreamReply): Turn {
  if ('trouble' in reply) return { state: 'no-answer', trouble: reply.trouble };
  if ('events' in reply) return readStream(reply.events, reply.cut);
  const { status, body, headers } = reply.answer;
  if (status !== 200)
    return {
      state: 'refused',
      error: serverError(status, body, headers['location']),
      retryAfter: headers['retry-after'] ?? null,
    };
  const title = htmlTitle(body);
  if (title !== null) return { state: 'broken', problem: `the answer is an HTML page ("${title}")` };
  const response = readJson(responseObject, body);
  if ('value' in response) return { state: 'whole', response: response.value };
  return { state: 'broken', problem: `the answer is no response object (${response.problem})` };
}

function readStream(timed: readonly TimedEvent[], cut: Trouble | null): Turn {
  const broken = (problem: string): Turn => ({ state: 'broken', problem });
  const events: StreamEvent[] = [];
  let strange = '';
  for (const { data } of timed) {
    const event = readJson(streamEvent, data);
    if ('value' in event) events.push(event.value);
    else if ('value' in readJson(anyEvent, data))
      return broken(`an event of the stream can't be read (${event.problem})`);
    // Codex passes over what is no event; other servers end with such a line.
    else if (data !== '[DONE]')
      strange ||= `; it holds "${serverError(200, data).message}" (${event.problem})`;
  }
  const items = events.flatMap((event) => ('item' in event ? [event.item] : []));
  const last = events.find(isLast);
  if (last === undefined) {
    const error = events.find((event) => 'message' in event)?.message;
    const said = error === undefined ? strange : `; it says "${printable(error).slice(0, 300)}"`;
    return broken(endsEarly(cut, said));
  }
  if (last.type === 'response.failed') {
    const message = last.response.error?.message ?? 'no reason given';
    return { state: 'failed', message: printable(message).slice(0, 500), response: last.response };
  }
  if (items.length === 0) return broken('the stream holds no response.output_item.done');
  return {
    state: 'done',
    items,
    response: last.response,
    came: {
      firstMs: timed.at(0)?.atMs ?? 0,
      lastMs: timed.at(-1)?.atMs ?? 0,
      pieces: new Set(timed.map(({ atMs }) => atMs)).size,
    },
  };
}

/**
 * A stream without its last event, as a part of a sentence.
 *
 * @param cut what cut it; null: it ended as if all were said
 * @param said what else is to be told, as the end of the sentence
 */
export function endsEarly(cut: Trouble | null, said: string): string {
  const why = cut === null ? '' : ` (${cut.message.replace(/\.$/, '')})`;
  return `the stream ends early, without response.completed${why}${said}`;
}

/**
 * LMDeploy sends `response.created` before it generates (0.18.0). Where a turn took a while and its first event still
 * came together with the last one, something in between collected the stream.
 *
 * @param whileMs what a while is
 * @returns null where it was over too soon to tell
 */
export function cameAtOnce({ firstMs, lastMs }: Came, whileMs = 1_000): boolean | null {
  return lastMs > whileMs ? lastMs - firstMs < lastMs / 50 : null;
}

/** The endpoint itself is missing: LMDeploy before 0.14, its proxy, or another server. An unknown model is not that. */
export function lacksResponsesApi(turn: Turn): boolean {
  return (
    turn.state === 'refused' &&
    (turn.error.status === 405 || (turn.error.status === 404 && turn.error.param !== 'model'))
  );
}

/** LMDeploy's refusal of any request with tools, worded alike from 0.14 to 0.18. */
export function lacksToolParser(turn: Turn): boolean {
  return turn.state === 'refused' && /--tool-call-parser/.test(turn.error.message);
}

/** The items that Codex would act on. */
export function itemsOf(turn: Turn): readonly OutputItem[] {
  if (turn.state === 'done') return turn.items;
  return turn.state === 'whole' ? turn.response.output : [];
}

/** What the model said in a turn, all of it in one. */
export function textOf(items: readonly OutputItem[]): string {
  return items
    .flatMap((item) => ('content' in item ? item.content : []))
    .map(({ text }) => text ?? '')
    .join('');
}

/** The response object of a turn that has one. */
export function responseOf(turn: Turn): ResponseObject | null {
  return 'response' in turn ? turn.response : null;
}

/** The calls in a turn, sound or not. */
export function callsOf(turn: Turn): readonly FunctionCall[] {
  return itemsOf(turn).filter((item): item is FunctionCall => item.type === 'function_call');
}

/** Whether a call's arguments are a JSON object, which is all that Codex can run. */
export function hasSoundArguments(call: FunctionCall): boolean {
  const read = parseJson(call.arguments);
  if ('problem' in read) return false;
  return typeof read.json === 'object' && read.json !== null && !Array.isArray(read.json);
}

/**
 * Whether our own limit ended a turn. What is missing from it then says nothing of the server: 0.18 even passes on a
 * call that was cut, as completed and with half its arguments.
 */
export function isCutShort(turn: Turn): boolean {
  return (turn.state === 'done' || turn.state === 'whole') && turn.response.status === 'incomplete';
}
