import { decoder } from '../lmdeploy/events.js';
import { TooLarge } from '../lmdeploy/failed-request.js';

/** The longest event that is passed on: a whole response object with a long answer in it. */
const MAX_BLOCK_CHARACTERS = 16 * 1024 * 1024;

/** One event of a stream, as it came. */
export interface Block {
  /** What its `event:` line says; '' for none. */
  readonly type: string;
  /** Its lines without the empty one behind them. */
  readonly raw: string;
}

/**
 * The events of a stream by the chunks in which they come; comments are no events.
 *
 * @param beside hears of what is no line of an event stream
 * @throws TooLarge for an event without end, Unreadable for what Codex sees no events in
 */
export async function* readBlocks(
  body: AsyncIterable<Uint8Array>,
  beside: (text: string) => void,
): AsyncGenerator<readonly Block[]> {
  const textOf = decoder();
  let rest = '';
  for await (const chunk of body) {
    const text = textOf(chunk);
    rest += text.includes('\r') ? text.replaceAll('\r\n', '\n') : text;
    const parts = rest.split('\n\n');
    rest = parts.pop() ?? '';
    if (rest.length > MAX_BLOCK_CHARACTERS) throw new TooLarge();
    const blocks = parts.flatMap((raw) => blockOf(raw, beside));
    if (blocks.length > 0) yield blocks;
  }
  blockOf(rest, beside);
}

function blockOf(raw: string, beside: (text: string) => void): Block[] {
  const lines = raw.split('\n').filter((line) => line !== '');
  const strange = lines.filter((line) => !/^(event|data|id|retry)?:|^(event|data)$/.test(line));
  if (strange.length > 0) beside(strange.join('\n'));
  if (!lines.some((line) => line.startsWith('data'))) return [];
  const type =
    lines
      .find((line) => line.startsWith('event:'))
      ?.slice(6)
      .trim() ?? '';
  return [{ type, raw: raw.replace(/^\n+/, '') }];
}

/** The text that an event carries. */
export function dataOf({ raw }: Block): string {
  return raw
    .split('\n')
    .filter((line) => line.startsWith('data:'))
    .map((line) => line.slice(line.startsWith('data: ') ? 6 : 5))
    .join('\n');
}
