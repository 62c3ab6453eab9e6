import { once } from 'node:events';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { expect, onTestFinished, test } from 'vitest';
import { start } from './start.js';

const BODY = '{"input":"hi","stream":true}';
const REQUEST = [
  'POST /v1/responses HTTP/1.1',
  'host: x',
  'content-type: application/json',
  `content-length: ${BODY.length}`,
  '',
  BODY,
].join('\r\n');

async function connected(port: number) {
  const socket = connect(port, '127.0.0.1');
  // A connection that the other side ends is what these tests are about.
  socket.on('error', () => undefined);
  onTestFinished(() => {
    socket.destroy();
  });
  await once(socket, 'connect');
  return socket;
}

test('a client that goes away, before the answer or in it, leaves the others alone', async () => {
  const { server, get } = await start({ script: () => ({ text: 'word '.repeat(100_000) }) });
  const uploading = await connected(server.port);
  uploading.write(REQUEST.slice(0, -5));
  uploading.resetAndDestroy();
  const reading = await connected(server.port);
  reading.write(REQUEST);
  await once(reading, 'data');
  reading.resetAndDestroy();
  await once(reading, 'close');
  expect((await get('/v1/models')).status).toBe(200);
  // The request that never came whole is none.
  expect(server.requests.map(({ path, status }) => [path, status])).toEqual([
    ['/v1/responses', 200],
    ['/v1/models', 200],
  ]);
});

test('close ends open connections, and may be called again', async () => {
  const { server } = await start();
  const idle = await connected(server.port);
  const halfway = await connected(server.port);
  halfway.write(REQUEST.slice(0, -5));
  const closed = Promise.all([idle, halfway].map((socket) => new Promise((end) => socket.on('close', end))));
  await server.close();
  await closed;
  await server.close();
  await expect(fetch(`${server.baseUrl}/models`)).rejects.toThrow('fetch failed');
});

test('a port that is taken is an error', async () => {
  const { server } = await start();
  await expect(start({ port: server.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});

const HAS_IPV6 = Object.values(networkInterfaces()).some((all) =>
  all?.some(({ address }) => address === '::1'),
);

test.skipIf(!HAS_IPV6)('an IPv6 host stands in brackets (where there is IPv6)', async () => {
  const { server, get } = await start({ host: '::1' });
  expect(server.baseUrl).toBe(`http://[::1]:${server.port}/v1`);
  expect((await get('/health')).status).toBe(200);
});

test('a body of 64 MiB is read, a larger one refused', async () => {
  const { server, post } = await start({ contextLength: 10 });
  const frame = '{"input":"hi","metadata":{"a":""}}'.length;
  const sized = (bytes: number) => `{"input":"hi","metadata":{"a":"${'x'.repeat(bytes - frame)}"}}`;
  const limit = 64 * 1024 * 1024;
  expect((await post(sized(limit))).status).toBe(200);
  expect((await post(sized(limit + 1))).status).toBe(413);
  expect(server.requests.map(({ status }) => status)).toEqual([200, 413]);
});

test('a redirect keeps the query and adds no body; other answers tell their length', async () => {
  const { server, get, post } = await start();
  const root = server.baseUrl.replace(/\/v1$/, '');
  for (const path of ['/v1/models', '/v1/responses', '/health']) {
    const response = await get(`${path}/?a=b`);
    expect([response.status, response.headers.get('location')]).toEqual([307, `${root}${path}?a=b`]);
    expect(response.headers.get('content-length')).toBe('0');
  }
  const refused = await post({ input: 'hi', model: 'ü' });
  const length = Number(refused.headers.get('content-length'));
  expect(new TextEncoder().encode(await refused.text())).toHaveLength(length);
});

test('every request is recorded with what it brought', async () => {
  const { server, get, post } = await start({ apiKeys: ['k'] });
  await get('/v1/models?x=1', 'k');
  await post({ input: 'hi' }, { authorization: 'Bearer k' });
  await post('{bad', { authorization: 'Bearer k' });
  await post({ input: 'hi' });
  expect(server.requests).toEqual([
    { method: 'GET', path: '/v1/models?x=1', authorization: 'Bearer k', body: null, status: 200 },
    { method: 'POST', path: '/v1/responses', authorization: 'Bearer k', body: { input: 'hi' }, status: 200 },
    { method: 'POST', path: '/v1/responses', authorization: 'Bearer k', body: null, status: 400 },
    { method: 'POST', path: '/v1/responses', authorization: null, body: { input: 'hi' }, status: 401 },
  ]);
});

test('keys: what is open begins so, and everything behind the first blank is the key', async () => {
  const { get, post } = await start({ apiKeys: ['k'] });
  for (const path of ['/healthz', '/nodes/status', '/docs/x']) expect((await get(path)).status).toBe(404);
  expect((await get('/is_sleeping')).status).toBe(401);
  const status = async (authorization: string) => (await post({ input: 'hi' }, { authorization })).status;
  expect(await status('BEARER k')).toBe(200);
  for (const authorization of ['Bearer k more', 'Bearer  k', 'Bearer', 'Basic k', 'k'])
    expect(await status(authorization)).toBe(401);
});

test('permissions have ids of the same kind as everything else', async () => {
  const { get } = await start({ models: ['a', 'b'] });
  const { data } = (await (await get('/v1/models')).json()) as { data: { permission: { id: string }[] }[] };
  const ids = data.flatMap(({ permission }) => permission.map(({ id }) => id));
  expect(new Set(ids)).toHaveLength(2);
  for (const id of ids) expect(id).toMatch(/^modelperm-\w{22}$/);
});
