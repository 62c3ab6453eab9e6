import type { ServerResponse } from 'node:http';
import { front } from '../front.js';
import type { Row } from '../row.js';

const ANSWERS = 'responses.answers';
/** Turns that are refused before they begin. */
export const REFUSED_TURNS: readonly (Row & { check: string; words: RegExp })[] = [
  {
    name: '503 asleep',
    serve: () => front(() => false, { asleep: true }),
    check: 'server.awake',
    words: /Engine is sleeping/,
  },
  {
    name: '429',
    serve: () =>
      turns((response) =>
        response.writeHead(429, { 'retry-after': '7' }).end('{"error":{"message":"Slow down","type":"x"}}'),
      ),
    check: ANSWERS,
    words: /Slow down/,
  },
  {
    name: '502 with HTML',
    serve: () => turns((response) => response.writeHead(502).end('<html><title>502 Bad Gateway</title>')),
    check: ANSWERS,
    words: /\(502\): an HTML page \("502 Bad Gateway"\)/,
  },
  {
    name: 'a redirect that makes a GET of it',
    serve: () => turns((response) => response.writeHead(302, { location: '/v1/models' }).end()),
    check: ANSWERS,
    // Codex goes there with a GET, and so do the probes.
    words: /no response object/,
  },
  {
    name: '413, and the connection is gone',
    serve: () =>
      turns((response) =>
        response
          .writeHead(413, { connection: 'close' })
          .end('Request Entity Too Large', () => response.destroy()),
      ),
    check: ANSWERS,
    words: /\(413\): Request Entity Too Large/,
  },
  {
    name: '400 with 1 MB of words',
    serve: () =>
      turns((response) =>
        response.writeHead(400).end(JSON.stringify({ error: { message: 'no '.repeat(350_000), type: 'x' } })),
      ),
    check: ANSWERS,
    words: /\(400\): no no/,
  },
];

function turns(answer: (response: ServerResponse) => unknown): Promise<string> {
  return front(({ path }, response) => path === '/v1/responses' && answer(response));
}
