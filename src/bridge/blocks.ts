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
  // The event under way, in pieces: to join them at each chunk would take a long one's time squared.
  let rest: string[] = [];
  let length = 0;
  for await (const chunk of body) {
    const bare = textOf(chunk);
    const text = bare.includes('\r') ? bare.replaceAll('\r\n', '\n') : bare;
    const isBehindEnd = text.startsWith('\n') && rest.at(-1)?.endsWith('\n') === true;
    if (text !== '') rest.push(text);
    length += text.length;
    if (text.includes('\n\n') || isBehindEnd) {
      const parts = rest.join('').split('\n\n');
      const last = parts.pop() ?? '';
      [rest, length] = [last === '' ? [] : [last], last.length];
      const blocks = parts.flatMap((raw) => blockOf(raw, beside));
      if (blocks.length > 0) yield blocks;
    }
    if (length > MAX_BLOCK_CHARACTERS) throw new TooLarge();
  }
  blockOf(rest.join(''), beside);
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
