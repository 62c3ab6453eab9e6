import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { bytes, front, http, list, models } from '../front.js';
import type { Row } from '../row.js';

export const MODELS = '{"object":"list","data":[{"id":"tiny","object":"model","owned_by":"lmdeploy"}]}';
const JSON_TYPE = { 'content-type': 'application/json' };

/** Servers that answer with no model list; the error's code, and the words that name the cause. */
export const HTTP_ANSWERS: readonly (Row & { code: string; words: RegExp })[] = [
  {
    name: 'a content-length that is too long',
    serve: () => bytes(`HTTP/1.1 200 OK\r\ncontent-length: 999\r\n\r\n${MODELS}`),
    code: 'server-unreachable',
    words: /closed the connection before its answer was whole/,
  },
  {
    name: 'a content-length that is too short',
    serve: () => bytes(`HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\n${MODELS}`),
    code: 'server-kind',
    words: /JSON that is broken or cut/,
  },
  {
    name: 'two content-lengths',
    serve: () => bytes(`HTTP/1.1 200 OK\r\ncontent-length: 20\r\ncontent-length: 79\r\n\r\n${MODELS}`),
    code: 'server-unreachable',
    words: /does not speak HTTP/,
  },
  {
    name: 'a chunked body that is cut',
    serve: () => bytes('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nff\r\n{"data":'),
    code: 'server-unreachable',
    words: /closed the connection before its answer was whole/,
  },
  {
    name: 'a chunk whose size is no number',
    serve: () => bytes('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nmuch\r\n{"data":'),
    code: 'server-unreachable',
    words: /does not speak HTTP/,
  },
  {
    name: 'a gzip body',
    serve: () => compressed('gzip', gzipSync(MODELS)),
    code: 'server-unreachable',
    words: /compressed \(gzip\)/,
  },
  {
    name: 'a deflate body',
    serve: () => compressed('deflate', deflateSync(MODELS)),
    code: 'server-unreachable',
    words: /compressed \(deflate\)/,
  },
  {
    name: 'a brotli body',
    serve: () => compressed('br', brotliCompressSync(MODELS)),
    code: 'server-unreachable',
    words: /compressed \(br\)/,
  },
  {
    name: 'a redirect to itself',
    serve: () => http((request, response) => response.writeHead(307, { location: request.url }).end()),
    code: 'server-unreachable',
    words: /redirects without end/,
  },
  {
    name: 'a redirect without a target',
    serve: () => http((_, response) => response.writeHead(302).end()),
    code: 'server-kind',
    words: /HTTP 302/,
  },
  {
    name: 'a redirect to an address with escape codes',
    serve: () =>
      bytes('HTTP/1.1 302 Found\r\nlocation: http://x/\u009b31m\u202e\r\ncontent-length: 0\r\n\r\n'),
    code: 'server-unreachable',
    words: /The host name of x is not known here, where 127\.0\.0\.1:\d+ redirects to/,
  },
  {
    name: 'a redirect to an address without end',
    serve: () => bytes(`HTTP/1.1 302 Found\r\nlocation: /${'x'.repeat(9_000)}\r\ncontent-length: 0\r\n\r\n`),
    code: 'server-unreachable',
    words: /redirects without end/,
  },
  {
    name: '401 with Basic',
    serve: () =>
      http((_, response) =>
        response
          .writeHead(401, { 'www-authenticate': 'Basic realm="ours"', 'content-type': 'text/html' })
          .end('<html><title>401 Authorization Required</title></html>'),
      ),
    code: 'server-kind',
    words: /HTTP 401, and asks for a user name and a password/,
  },
  {
    name: '401 that repeats the key',
    serve: () =>
      http((request, response) =>
        response.writeHead(401, JSON_TYPE).end(
          JSON.stringify({
            error: { message: `No such key: ${request.headers.authorization}`, type: 'x' },
          }),
        ),
      ),
    code: 'server-key',
    words: /refuses the key in LMDEPLOY_API_KEY: .*No such key/,
  },
  {
    name: '403 with escape codes',
    serve: () =>
      http((_, response) =>
        response.writeHead(403).end('\u001b]0;owned\u0007\u001b[2J\u009b31mGo\u202eaway\r\nnow'),
      ),
    code: 'server-key',
    words: /says "Go away now"/,
  },
  {
    name: '407 of a proxy that wants a login',
    serve: () =>
      http((_, response) =>
        response.writeHead(407, { 'proxy-authenticate': 'Basic realm="p"' }).end('Login!'),
      ),
    code: 'server-unreachable',
    words: /proxy .* wants a login \(407\)/,
  },
  {
    name: '429 with Retry-After',
    serve: () => http((_, response) => response.writeHead(429, { 'retry-after': '7' }).end('Too many')),
    code: 'server-unreachable',
    words: /takes no more requests for now \(HTTP 429: Too many\)/,
  },
  {
    name: '500 in plain text',
    serve: () => http((_, response) => response.writeHead(500).end('Internal Server Error')),
    code: 'server-kind',
    words: /HTTP 500: Internal Server Error/,
  },
  {
    name: '502 with HTML',
    serve: () =>
      http((_, response) =>
        response
          .writeHead(502, { 'content-type': 'text/html' })
          .end('<html><head><title>502 Bad Gateway</title>'),
      ),
    code: 'server-unreachable',
    words: /server behind .* is not there, or not ready \(HTTP 502: an HTML page \("502 Bad Gateway"\)\)/,
  },
  {
    name: '503 while it loads',
    serve: () => http((_, response) => response.writeHead(503).end('{"detail":"Model is loading"}')),
    code: 'server-unreachable',
    words: /HTTP 503: Model is loading/,
  },
  {
    name: '404',
    serve: () => http((_, response) => response.writeHead(404).end('{"detail":"Not Found"}')),
    code: 'server-kind',
    words: /HTTP 404: Not Found/,
  },
  {
    name: '204',
    serve: () => http((_, response) => response.writeHead(204).end()),
    code: 'server-kind',
    words: /HTTP 204: no body/,
  },
  {
    name: 'a status that does not exist',
    serve: () => bytes('HTTP/1.1 999 What\r\ncontent-length: 0\r\n\r\n'),
    code: 'server-kind',
    words: /HTTP 999: no body/,
  },
  {
    name: 'a status with an error of another shape',
    serve: () =>
      http((_, response) => response.writeHead(400).end('{"errors":[{"\u001b[31mred":"\u202e"}]}')),
    code: 'server-kind',
    words: /HTTP 400: \{"errors"/,
  },
  {
    name: 'HTML with 200',
    serve: () => http((_, response) => response.end('<!doctype html><title>\u001b[31mLog in\u2029</title>')),
    code: 'server-kind',
    words: /an HTML page \("Log in"\)/,
  },
  {
    name: 'nothing with 200',
    serve: () => http((_, response) => response.end()),
    code: 'server-kind',
    words: /an empty body/,
  },
];

/** What is odd, and no fault. */
export const ODD_HTTP: readonly Row[] = [
  {
    name: 'a list after early hints',
    serve: () =>
      front(({ path, body }, response) => {
        if (path !== '/v1/models') return false;
        response.writeEarlyHints({ link: '</x>; rel=preload' });
        return response.writeHead(200, JSON_TYPE).end(body);
      }),
  },
  { name: 'a list with a BOM', serve: () => list(`\uFEFF${MODELS}`) },
  { name: 'a list without a content-type', serve: () => models((response, body) => response.end(body)) },
  {
    name: 'each connection is closed after its answer, unannounced',
    serve: () =>
      front(({ status, type, body }, response) => {
        response.writeHead(status, { 'content-type': type }).end(body, () => response.socket?.end());
      }),
  },
  {
    name: 'an answer one byte at a time',
    serve: () =>
      models(async (response, body) => {
        response.writeHead(200, JSON_TYPE);
        for (const byte of body)
          await new Promise((resolve) => response.write(byte, () => setImmediate(resolve)));
        response.end();
      }),
  },
  {
    name: 'identity as the encoding',
    serve: () =>
      models((response, body) =>
        response.writeHead(200, { ...JSON_TYPE, 'content-encoding': 'identity' }).end(body),
      ),
  },
];

function compressed(how: string, body: Buffer): Promise<string> {
  return models((response) => response.writeHead(200, { ...JSON_TYPE, 'content-encoding': how }).end(body));
}
