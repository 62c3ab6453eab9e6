import type { Dispatcher } from 'undici';
import { troubleOf } from '../lmdeploy/failed-request.js';
import { type Block, dataOf, readBlocks } from './blocks.js';
import { type CodexStream, wire } from './codex-stream.js';
import { turnHeaders } from './headers.js';
import { jsonObject } from './json-object.js';
import { readOut } from './read-out.js';
import { type Failure, failureIn } from './translate/errors.js';
import type { EventTranslator, JsonObject } from './translate/turn.js';
import { countTokens, type Turn, type TurnRecord } from './turn.js';
import { failTurn } from './turn-failure.js';

/** Passes on the events of a turn as they come, to the one that ends it; a stream without one fails in words. */
export async function relayStream(
  turn: Turn,
  { headers, body }: Dispatcher.ResponseData,
  stream: CodexStream,
  signal: AbortSignal,
): Promise<void> {
  const { translated, record, started } = turn;
  stream.head(turnHeaders(headers));
  const events = translated.events();
  let progress: 'silent' | 'spoke' | 'closed' = 'silent';
  let said = '';
  let cut: Failure | null = null;
  let last: Failure | 'completed' | null = null;
  const ends = (how: Failure | 'completed') => {
    last = how;
  };
  try {
    // Where all was said, the connection serves the next turn too, so the body is not thrown away unread.
    for await (const blocks of readBlocks(body.iterator({ destroyOnReturn: false }), (text) => {
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
  if (last === 'completed') {
    record.status = 'completed';
    stream.end();
    readOut(body);
    return;
  }
  body.on('error', () => undefined).destroy();
  await failTurn(turn, last ?? cut ?? { kind: 'cut', trouble: null, progress, said }, stream, null);
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
  const event = jsonObject(dataOf(block));
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
  countTokens(response as JsonObject, record);
}
