import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, onTestFinished, test } from 'vitest';
import { Client } from '../../src/lmdeploy/client.js';
import { closedPort, httpServer, tcpServer } from '../sockets.js';

/** Longer than a busy machine keeps an answer back. */
const PATIENT_MS = 20_000;
const SHORT_MS = 1_000;

function client(address: string, overrides: Partial<ConstructorParameters<typeof Client>[0]> = {}) {
  const one = new Client({
    baseUrl: `${address}/v1`,
    key: undefined,
    env: {},
    signal: new AbortController().signal,
    askTimeoutMs: PATIENT_MS,
    generateTimeoutMs: PATIENT_MS,
    ...overrides,
  });
  onTestFinished(() => one.close());
  return one;
}

const never = () => false;
const trouble = (kind: string) => ({ trouble: expect.objectContaining({ kind }) });

test('an answer comes back whole, whatever its status', async () => {
  const address = await httpServer((request, response) => {
    response.writeHead(418, { 'content-type': 'Text/Plain', location: '/tea' });
    response.end(`${request.method} ${request.url} ${request.headers.authorization}`);
  });
  const answer = {
    status: 418,
    contentType: 'text/plain',
    headers: expect.objectContaining({ location: '/tea' }),
  };
  expect(await client(address, { key: 'k' }).get('/models')).toEqual({
    answer: { ...answer, body: 'GET /v1/models Bearer k' },
  });
  expect(await client(address, { key: 'k' }).get('/models', { withKey: false })).toEqual({
    answer: { ...answer, body: 'GET /v1/models undefined' },
  });
  expect(await client(address).getBeside('/health')).toEqual({
    answer: { ...answer, body: 'GET /health undefined' },
  });
});

test.each([
  ['nobody listens', closedPort, 'refused'],
  ['the name is unknown', async () => 'http://nobody.invalid', 'unknown-host'],
  ['nothing is ever said', () => tcpServer(() => undefined), 'timeout'],
  ['the connection closes at once', () => tcpServer((socket) => socket.destroy()), 'closed'],
  ['it is no HTTP', () => tcpServer((socket) => socket.end('SSH-2.0-OpenSSH_9\r\n')), 'not-http'],
  [
    'TLS is asked of a plain port',
    async () => (await httpServer((_, response) => response.end())).replace('http', 'https'),
    'tls',
  ],
  [
    'the body stops half-way',
    () => tcpServer((socket) => void socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf')),
    'closed',
  ],
  [
    'the body never ends',
    () =>
      httpServer((_, response) => {
        const more = () => {
          while (!response.destroyed && response.write('x'.repeat(65_536)));
          response.once('drain', more);
        };
        more();
      }),
    'too-large',
  ],
])('%s', async (_, serve, kind) => {
  const askTimeoutMs = kind === 'timeout' ? SHORT_MS : PATIENT_MS;
  expect(await client(await serve(), { askTimeoutMs }).get('/models')).toEqual(trouble(kind));
});

test('a stream is read event by event until its last', async () => {
  const address = await httpServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    // Line ends, comments, joined data lines and a character cut in two, as the SSE standard allows them.
    response.write('event: a\r\ndata: 1\r\n\r\n: comment\ndata:2\ndata: 3\n\n');
    const umlaut = Buffer.from('data: ü\n\n');
    response.write(umlaut.subarray(0, 7));
    setImmediate(() => response.write(umlaut.subarray(7)));
  });
  const reply = await client(address).stream({}, (data) => data === 'ü');
  expect(reply).toEqual({
    cut: null,
    events: ['1', '2\n3', 'ü'].map((data) => ({ data, atMs: expect.any(Number) })),
  });
});

test('a stream that stalls, breaks or never fits is cut, and what came is kept', async () => {
  const stalls = await httpServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n');
  });
  const kept = [expect.objectContaining({ data: '1' })];
  expect(await client(stalls, { generateTimeoutMs: SHORT_MS }).stream({}, never)).toEqual({
    events: kept,
    cut: expect.objectContaining({ kind: 'timeout' }),
  });
  const breaks = await httpServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('data: 1\n\n', () => response.destroy());
  });
  expect(await client(breaks).stream({}, never)).toEqual({
    events: kept,
    cut: expect.objectContaining({ kind: 'closed' }),
  });
  const endless = await httpServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\ndata: ');
    const more = () => {
      while (!response.destroyed && response.write('x'.repeat(65_536)));
      response.once('drain', more);
    };
    more();
  });
  expect(await client(endless).stream({}, never)).toEqual({
    events: kept,
    cut: expect.objectContaining({ kind: 'too-large' }),
  });
});

test('what is no stream comes back as an answer', async () => {
  const address = await httpServer((_, response) => {
    response.writeHead(400, { 'content-type': 'application/json' }).end('{}');
  });
  expect(await client(address).stream({}, never)).toMatchObject({ answer: { status: 400, body: '{}' } });
});

test('a proxy variable catches the server, loopback too, unless NO_PROXY names it', async () => {
  const proxy = await httpServer((request, response) => response.end(`proxy saw ${request.url}`));
  const server = await httpServer((_, response) => response.end('direct'));
  const body = async (env: Record<string, string>) => {
    const reply = await client(server, { env }).get('/models');
    return 'answer' in reply ? reply.answer.body : reply.trouble.kind;
  };
  expect(await body({})).toBe('direct');
  for (const name of ['HTTP_PROXY', 'http_proxy', 'ALL_PROXY'])
    expect(await body({ [name]: proxy })).toBe(`proxy saw ${server}/v1/models`);
  expect(await body({ HTTPS_PROXY: proxy })).toBe('direct');
  expect(await body({ HTTP_PROXY: proxy, NO_PROXY: '127.0.0.1' })).toBe('direct');
});

test('a limit ends a body that drips while the garbage is collected', async () => {
  setFlagsFromString('--expose-gc');
  const collecting = setInterval(runInNewContext('gc'), 20);
  onTestFinished(() => clearInterval(collecting));
  const address = await tcpServer((socket) => {
    socket.write('HTTP/1.1 200 OK\r\ncontent-length: 30\r\n\r\n');
    const dripping = setInterval(() => socket.write(' '), 50);
    socket.on('close', () => clearInterval(dripping));
  });
  expect(await client(address, { askTimeoutMs: SHORT_MS }).get('/models')).toEqual(trouble('timeout'));
});
