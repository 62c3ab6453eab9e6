import type { ServerResponse } from 'node:http';
import { createGzip } from 'node:zlib';
import { front, list, models, pour, streams } from '../front.js';

const GIGABYTE = 1024 ** 3;
const MEGABYTE = 1024 ** 2;
const SSE = { 'content-type': 'text/event-stream' };

/** Servers that send much. */
interface Large {
  readonly name: string;
  readonly serve: () => Promise<string>;
  /** A bridge carries it for as long as its client stays. */
  readonly isCarried?: true;
  /** The error's code where `init` must not write, else the check that it warns of. */
  readonly says: string;
  readonly words: RegExp;
}

export const LARGE: readonly Large[] = [
  {
    name: 'a list of 1 GB, announced',
    serve: () =>
      models((response) =>
        pour(response.writeHead(200, { 'content-length': GIGABYTE }), ' '.repeat(65_536), GIGABYTE),
      ),
    says: 'server-unreachable',
    words: /answered with more than this tool is ready to read/,
  },
  {
    name: 'a list without end',
    serve: () => models((response) => pour(response, '{"data":[{"id":"x"},'.repeat(4_000))),
    says: 'server-unreachable',
    words: /answered with more than this tool is ready to read/,
  },
  {
    name: 'a list without end, in chunks of eight bytes',
    serve: () => models((response) => crumbs(response, '8\r\n[1,2,3, \r\n')),
    says: 'server-unreachable',
    words: /answered with more than this tool is ready to read/,
  },
  {
    name: 'a gzip bomb',
    serve: () =>
      models((response) => {
        const zip = createGzip();
        zip.pipe(response.writeHead(200, { 'content-encoding': 'gzip' }));
        response.on('close', () => zip.destroy());
        pour(zip, Buffer.alloc(65_536), GIGABYTE);
      }),
    says: 'server-unreachable',
    words: /compressed \(gzip\)/,
  },
  {
    name: 'a list of 5 MB of nested arrays',
    serve: () => list('['.repeat(2.5 * MEGABYTE) + ']'.repeat(2.5 * MEGABYTE)),
    says: 'server-kind',
    words: /JSON of too many parts/,
  },
  {
    name: 'a list of 7 MB of empty objects',
    serve: () => list(`{"data":[${'{},'.repeat(2 * MEGABYTE)}{}]}`),
    says: 'server-kind',
    words: /JSON of too many parts/,
  },
  {
    name: 'a list of 200,000 empty objects',
    serve: () => list(`{"data":[${'{},'.repeat(200_000)}{}]}`),
    says: 'server-kind',
    words: /data: Too big/,
  },
  {
    name: 'a list of 200,000 models',
    serve: () =>
      list(`{"data":[${Array.from({ length: 200_000 }, (_, index) => `{"id":"${index}"}`).join()}]}`),
    says: 'server-kind',
    words: /no list of models \(data: Too big/,
  },
  {
    name: 'an HTML page of titles that never end',
    serve: () => list(`<html>${'<title'.repeat(MEGABYTE / 2)}`),
    says: 'server-kind',
    words: /an HTML page \("without a title"\)/,
  },
  {
    name: 'an error of 3 MB of escape codes',
    serve: () =>
      models((response) =>
        response
          .writeHead(403)
          .end(JSON.stringify({ error: { message: '\u001b]0;x'.repeat(MEGABYTE / 3), type: 'x' } })),
      ),
    says: 'server-key',
    words: /wants a key.* says "no words" \(403\)/,
  },
  {
    name: 'a stream of 1 GB without a line end',
    serve: () => streams((response) => pour(response.writeHead(200, SSE), 'x'.repeat(65_536), GIGABYTE)),
    says: 'responses.answers',
    words: /answered with more than this tool is ready to read/,
  },
  {
    name: 'a stream without a line end, in chunks of three bytes',
    serve: () => streams((response) => crumbs(response, '3\r\nxyz\r\n')),
    says: 'responses.answers',
    words: /answered with more than this tool is ready to read/,
  },
  {
    name: 'a stream of 1 GB of comments',
    isCarried: true,
    serve: () =>
      streams((response) => pour(response.writeHead(200, SSE), ': ping\n\n'.repeat(8_192), GIGABYTE)),
    says: 'responses.answers',
    words: /answered with more than this tool is ready to read/,
  },
  {
    name: 'a stream of 100,000 events',
    serve: () =>
      streams((response) => {
        const event = 'data: {"type":"response.output_text.delta","delta":"x"}\n\n';
        pour(response.writeHead(200, SSE), event.repeat(1_000), event.length * 100_000);
      }),
    says: 'responses.stream',
    words: /ends early, .*more than this tool is ready to read/,
  },
  {
    name: 'a stream of events of 3 MB',
    isCarried: true,
    serve: () =>
      streams((response) => {
        const event = `data: {"type":"x","text":"${'ü'.repeat(1.5 * MEGABYTE)}"}\n\n`;
        pour(response.writeHead(200, SSE), event, GIGABYTE);
      }),
    says: 'responses.stream',
    words: /ends early, .*more than this tool is ready to read/,
  },
  {
    name: 'an event of 3 MB of nested arrays',
    serve: () =>
      streams((response) => {
        const deep = '['.repeat(1.5 * MEGABYTE) + ']'.repeat(1.5 * MEGABYTE);
        response.writeHead(200, SSE).end(`data: {"type":"response.completed","response":${deep}}\n\n`);
      }),
    says: 'responses.stream',
    words: /JSON of too many parts/,
  },
  {
    name: 'a refusal of 4 MB of empty details',
    serve: () =>
      front(
        ({ path }, response) =>
          path === '/v1/responses' && response.writeHead(422).end(`{"detail":[${'{},'.repeat(MEGABYTE)}{}]}`),
      ),
    says: 'responses.answers',
    words: /\(422\): \{"detail":\[\{\},/,
  },
  {
    name: 'a response of 3 MB of empty items',
    serve: () =>
      streams((response) => {
        const items = `[${'{},'.repeat(MEGABYTE)}{}]`;
        response
          .writeHead(200, SSE)
          .end(
            `data: {"type":"response.completed","response":{"id":"r","status":"x","output":${items}}}\n\n`,
          );
      }),
    says: 'responses.stream',
    words: /JSON of too many parts/,
  },
  {
    name: 'a refusal with 100,000 details',
    serve: () =>
      front(({ path }, response) => {
        const detail = Array.from({ length: 100_000 }, () => ({ loc: ['body', 'input'], msg: 'wrong' }));
        return path === '/v1/responses' && response.writeHead(422).end(JSON.stringify({ detail }));
      }),
    says: 'responses.answers',
    words: /\(422\): input: wrong/,
  },
];

/** A chunked body of very small chunks, without end. */
function crumbs({ socket }: ServerResponse, chunk: string): void {
  if (socket === null) return;
  socket.write('HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n');
  pour(socket, chunk.repeat(10_000));
}
