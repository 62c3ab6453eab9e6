import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { TooLarge } from './trouble.js';

/** The longest single event that is read. Codex's own tools, echoed in each response object, are some 30 kB. */
const MAX_EVENT_CHARACTERS = 4 * 1024 * 1024;
const MAX_EVENTS = 50_000;
const MAX_STREAM_BYTES = 64 * 1024 * 1024;

/** One server-sent event, with the time at which it came. */
export interface TimedEvent {
  readonly data: string;
  readonly atMs: number;
}

/**
 * Server-sent events as their bytes come in.
 *
 * @param clock milliseconds since the request was sent
 * @throws TooLarge for a line, an event or a stream beyond its limit
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
  const decoder = new TextDecoder();
  let bytes = 0;
  let events = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    parser.feed(decoder.decode(chunk, { stream: true }));
    if (overflow || bytes > MAX_STREAM_BYTES) throw new TooLarge();
    for (const event of ready.splice(0)) {
      events += 1;
      if (events > MAX_EVENTS) throw new TooLarge();
      yield { data: event.data, atMs: clock() };
    }
  }
}
