import { gzipSync } from 'node:zlib';
import { type Event, events, inResponse, sse, streams } from '../front.js';
import { KEY, type Row } from '../row.js';

const SSE = { 'content-type': 'text/event-stream' };
const ANSWERS = 'responses.answers';
/** Streams that Codex can't use; the check that fails, and the words that name the cause. */
export const BROKEN_STREAMS: readonly (Row & { check: string; words: RegExp })[] = [
  {
    name: 'a BOM',
    serve: () => sse((text) => `\uFEFF${text}`),
    check: ANSWERS,
    words: /byte order mark.*Codex/,
  },
  {
    name: 'CR alone',
    serve: () => sse((text) => text.replaceAll('\n', '\r')),
    check: ANSWERS,
    words: /carriage return.*Codex/,
  },
  {
    name: 'what is no UTF-8',
    serve: () => sse((text) => Buffer.from(text.replaceAll('Hello', 'H\u00ff\u00fe'), 'latin1')),
    check: ANSWERS,
    words: /not UTF-8/,
  },
  {
    name: 'gzip',
    serve: () =>
      streams((response, text) =>
        response.writeHead(200, { ...SSE, 'content-encoding': 'gzip' }).end(gzipSync(text)),
      ),
    check: ANSWERS,
    words: /compressed \(gzip\)/,
  },
  {
    name: 'no last line end',
    serve: () => sse((text) => text.trimEnd()),
    check: 'responses.stream',
    words: /without response\.completed/,
  },
  {
    name: 'completed before the item',
    serve: () => events((all) => [all[0], all.at(-1), all.at(-2)]),
    check: 'responses.stream',
    words: /no response\.output_item\.done/,
  },
  {
    name: 'no response.completed',
    serve: () => events((all) => all.slice(0, -1)),
    check: 'responses.stream',
    words: /without response\.completed/,
  },
  {
    name: '[DONE] in the place of response.completed',
    serve: () => events((all) => [...all.slice(0, -1), '[DONE]']),
    check: 'responses.stream',
    words: /without response\.completed/,
  },
  {
    name: 'no output_item.done',
    serve: () => events((all) => all.filter(({ type }) => type !== 'response.output_item.done')),
    check: 'responses.stream',
    words: /no response\.output_item\.done/,
  },
  {
    name: 'an error event',
    serve: () =>
      events((all) => [all[0], { type: 'error', code: 'x', message: 'CUDA \u001b[31mout of\nmemory' }]),
    check: 'responses.stream',
    words: /CUDA out of memory/,
  },
  {
    name: 'an error without a type',
    serve: () => events((all) => [all[0], { error: { message: 'CUDA out of memory' } }]),
    check: 'responses.stream',
    words: /CUDA out of memory/,
  },
  {
    name: 'response.failed',
    serve: () =>
      events((all) => [
        all[0],
        {
          type: 'response.failed',
          response: { ...all.at(-1).response, error: { message: 'engine\u001b[1m gone' } },
        },
      ]),
    check: ANSWERS,
    words: /failed on the server: engine gone/,
  },
  {
    name: 'response.failed, with the key in it',
    serve: () =>
      events((all) => [
        { type: 'response.failed', response: { ...all.at(-1).response, error: { message: `no ${KEY}` } } },
      ]),
    check: ANSWERS,
    words: /failed on the server: no ••••/,
  },
  {
    name: 'an item that lacks its content',
    serve: () =>
      events((all) =>
        all.map((event) =>
          event.type === 'response.output_item.done'
            ? { ...event, item: { type: 'message', role: 'assistant' } }
            : event,
        ),
      ),
    check: 'responses.stream',
    words: /item\.content/,
  },
  {
    name: 'arguments that are no JSON',
    serve: () => events((all) => calls(all, '{"cmd": echo')),
    check: 'responses.tools',
    words: /arguments that are no JSON object/,
  },
  {
    name: 'arguments that are an array',
    serve: () => events((all) => calls(all, '["echo"]')),
    check: 'responses.tools',
    words: /arguments that are no JSON object/,
  },
  {
    name: 'a call with a name of escape codes',
    serve: () => events((all) => calls(all, '{', '\u001b[31mexec\u202e')),
    check: 'responses.tools',
    words: /call of exec/,
  },
  {
    name: 'a usage without numbers',
    serve: () => events((all) => inResponse(all, { usage: {} })),
    check: 'responses.stream',
    words: /usage\.input_tokens/,
  },
  {
    name: 'a usage of fractions',
    serve: () =>
      events((all) =>
        inResponse(all, { usage: { input_tokens: 1.5, output_tokens: 1e30, total_tokens: 2 } }),
      ),
    check: 'responses.stream',
    words: /usage/,
  },
  {
    name: 'a usage without its total',
    serve: () => events((all) => inResponse(all, { usage: { input_tokens: 1, output_tokens: 2 } })),
    check: 'responses.stream',
    words: /usage\.total_tokens/,
  },
  {
    name: 'no response id',
    serve: () => events((all) => inResponse(all, { id: undefined })),
    check: 'responses.stream',
    words: /response\.id/,
  },
  {
    name: 'an answer in one piece',
    serve: () =>
      streams((response) => response.writeHead(200, SSE).end('{"id":"r","status":"completed","output":[]}')),
    check: 'responses.stream',
    words: /ends early, without response\.completed/,
  },
  {
    name: 'nothing',
    serve: () => streams((response) => response.writeHead(200, SSE).end()),
    check: 'responses.stream',
    words: /ends early, without response\.completed/,
  },
  {
    name: 'HTML',
    serve: () =>
      streams((response) =>
        response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Log in</title>'),
      ),
    check: 'responses.stream',
    words: /an HTML page \("Log in"\)/,
  },
  {
    name: 'a connection that breaks',
    serve: () =>
      streams((response, text) =>
        response.writeHead(200, SSE).write(text.slice(0, 900), () => response.destroy()),
      ),
    check: 'responses.stream',
    words: /ends early, without response\.completed \(.* closed the connection/,
  },
  {
    name: 'a first event that comes too late',
    endless: true,
    serve: () =>
      streams(
        (response, text) =>
          setTimeout(() => response.end(text), 20_000).unref() && response.writeHead(200, SSE).flushHeaders(),
      ),
    timeout: 2,
    check: ANSWERS,
    words: /began to answer and did not end in time/,
  },
  {
    name: 'nothing but comments, for ever',
    endless: true,
    serve: () => streams((response) => drip(response.writeHead(200, SSE), ': ping\n\n')),
    timeout: 2,
    check: ANSWERS,
    words: /began to answer and did not end in time/,
  },
  {
    name: 'events without end',
    endless: true,
    serve: () =>
      streams((response) => drip(response.writeHead(200, SSE), 'data: {"type":"response.in_progress"}\n\n')),
    timeout: 2,
    check: 'responses.stream',
    words: /ends early/,
  },
];

/** The same turn with other arguments in its call, if it holds one. */
function calls(all: Event[], text: string, name?: string): Event[] {
  const change = (item: Event) =>
    item.type === 'function_call' ? { ...item, arguments: text, name: name ?? item.name } : item;
  return all.map((event) => {
    if (event.item) return { ...event, item: change(event.item) };
    return event.response
      ? { ...event, response: { ...event.response, output: event.response.output.map(change) } }
      : event;
  });
}

function drip(
  response: { write(text: string): unknown; on(event: 'close', then: () => void): unknown },
  text: string,
) {
  const timer = setInterval(() => response.write(text), 50);
  response.on('close', () => clearInterval(timer));
}
