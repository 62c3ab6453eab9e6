import { request } from 'node:http';
import { createParser } from 'eventsource-parser';
import { expect } from 'vitest';
import firstTurn from '../../src/codex/first-turn-0.169.0.json' with { type: 'json' };
import { KEY } from './row.js';

// biome-ignore lint/suspicious/noExplicitAny: what a bridge passes on of a hostile server has any shape
type Event = any;

/** What a client saw of a turn. */
export interface TurnSeen {
  readonly status: number;
  readonly type: string;
  /** The first events and the last ones; a stream may hold more than fits here. */
  readonly events: readonly Event[];
  /** Whether the answer came to its end; false: the client went away. */
  readonly ended: boolean;
}

const KEPT = 200;
const DELTA = 'response.output_text.delta';

/** Codex's own first request of 40 kB, sent as Codex sends it. The client goes away after `leaveAfterMs`, if at all. */
export function takeTurn(baseUrl: string, leaveAfterMs?: number): Promise<TurnSeen> {
  const headers = { ...firstTurn.headers, authorization: `Bearer ${KEY}` };
  return new Promise((resolve, reject) => {
    const asking = request(`${baseUrl}/responses`, { method: 'POST', headers }, (response) => {
      const seen = { status: response.statusCode ?? 0, type: response.headers['content-type'] ?? '' };
      const events: Event[] = [];
      const parser = createParser({
        onEvent({ event, data }) {
          // Text passes byte for byte, whatever became of it on its way; Codex passes over what it can't read.
          if (event !== DELTA) events.push(JSON.parse(data));
          if (events.length > 2 * KEPT) events.splice(KEPT, events.length - 2 * KEPT);
        },
        onError: (error) => reject(error),
      });
      const utf8 = new TextDecoder('utf-8', { fatal: true });
      response.on('data', (chunk: Buffer) => {
        try {
          parser.feed(utf8.decode(chunk, { stream: true }));
        } catch (error) {
          reject(error);
        }
      });
      response.on('end', () => resolve({ ...seen, events, ended: true }));
      response.on('error', (error) => (left ? resolve({ ...seen, events, ended: false }) : reject(error)));
    });
    let left = false;
    asking.on('error', (error) =>
      left ? resolve({ status: 0, type: '', events: [], ended: false }) : reject(error),
    );
    if (leaveAfterMs !== undefined)
      setTimeout(() => {
        left = true;
        asking.destroy(new Error('gone'));
      }, leaveAfterMs);
    asking.end(JSON.stringify({ ...firstTurn.body, model: 'tiny' }));
  });
}

/** Asks for the model list; stops reading after 256 kB of it, and goes away a second later. */
export function askModels(baseUrl: string): Promise<void> {
  return new Promise((resolve) => {
    const headers = { authorization: `Bearer ${KEY}` };
    const asking = request(`${baseUrl}/models`, { headers }, (response) => {
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes < 256 * 1024) return;
        response.pause();
        setTimeout(() => asking.destroy(), 1_000);
      });
      response.on('error', () => undefined);
      response.on('close', () => resolve());
    });
    asking.on('error', () => resolve());
    asking.end();
  });
}

const LAST = ['response.completed', 'response.failed', 'response.incomplete'];
/** One sentence and, behind a line end and an arrow, one remedy; nothing that a terminal would take for a command. */
const WORDS =
  /^[^\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]{1,700}\n→ [^\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]{1,600}$/;

/** A stream that Codex can read to its end, and words that it can show where the turn failed. */
export function wellFormed({ status, type, events, ended }: TurnSeen, which = ''): void {
  expect({ status, type: type.split(';')[0], ended }, which).toEqual({
    status: 200,
    type: 'text/event-stream',
    ended: true,
  });
  const types = events.map((event) => event.type);
  expect(types).toContain('response.created');
  expect(LAST).toContain(types.at(-1));
  expect(types.filter((one) => LAST.includes(one))).toHaveLength(1);
  const { response } = events.at(-1);
  if (types.at(-1) !== 'response.failed') return;
  expect(['invalid_prompt', 'context_length_exceeded']).toContain(response.error.code);
  expect(response.error.message).toMatch(WORDS);
  expect(JSON.stringify(response)).not.toContain(KEY);
}

/** The same, and the turn failed with these words. */
export function failedWith(seen: TurnSeen, words: RegExp): void {
  wellFormed(seen);
  expect(seen.events.at(-1)?.response.error?.message).toMatch(words);
}
