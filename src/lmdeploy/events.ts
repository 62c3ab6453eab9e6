import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { TooLarge, Unreadable } from './failed-request.js';

/** The longest single event that is read. Codex's own tools, echoed in each response object, are some 30 kB. */
const MAX_EVENT_CHARACTERS = 4 * 1024 * 1024;
const MAX_EVENTS = 50_000;
/** All events are kept, so this is memory too. */
const MAX_STREAM_BYTES = 16 * 1024 * 1024;

/** One server-sent event, with the time at which it came; those that came in one piece have the same. */
export interface TimedEvent {
  readonly data: string;
  readonly atMs: number;
}

/**
 * Server-sent events as their bytes come in, read as Codex 0.169.0 reads them.
 *
 * @param clock milliseconds since the request was sent
 * @throws TooLarge for a line, an event or a stream beyond its limit
 * @throws Unreadable for what Codex sees no events in
 */
export async function* readEvents(
  body: AsyncIterable<Uint8Array>,
  clock: () => number,
): AsyncGenerator<TimedEvent> {
  const ready: EventSourceMessage[] = [];
  let overflow = false;
  const parser = createParser({
    onEvent: (event) => ready.push(event),
    onError: (error) => {
      if (error.type === 'max-buffer-size-exceeded') overflow = true;
    },
    maxBufferSize: MAX_EVENT_CHARACTERS,
  });
  const textOf = decoder();
  let bytes = 0;
  let events = 0;
  for await (const chunk of body) {
    const atMs = clock();
    bytes += chunk.byteLength;
    parser.feed(textOf(chunk));
    if (overflow || bytes > MAX_STREAM_BYTES) throw new TooLarge();
    for (const event of ready.splice(0)) {
      events += 1;
      if (events > MAX_EVENTS) throw new TooLarge();
      yield { data: event.data, atMs };
    }
  }
}

/**
 * Turns chunks into text. The standard of server-sent events allows a byte order mark, lines that end in CR alone, and
 * bytes that are no UTF-8; Codex 0.169.0 loses the turn over each of the three.
 */
export function decoder(): (chunk: Uint8Array) => string {
  const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let isFirst = true;
  let held = '';
  return (chunk) => {
    let text: string;
    try {
      text = held + utf8.decode(chunk, { stream: true });
    } catch {
      throw new Unreadable('sends a stream that is not UTF-8, at which Codex gives up');
    }
    if (isFirst && text.startsWith('\uFEFF'))
      throw new Unreadable('begins its stream with a byte order mark, behind which Codex finds no events');
    if (text !== '') isFirst = false;
    // Whether a CR at the end stands alone, the next chunk tells.
    held = text.endsWith('\r') ? '\r' : '';
    if (/\r[^\n]/.test(text))
      throw new Unreadable(
        'ends the lines of its stream with a carriage return alone, which Codex can’t read',
      );
    return held === '' ? text : text.slice(0, -1);
  };
}
