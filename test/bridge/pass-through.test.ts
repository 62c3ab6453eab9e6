import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { httpServer } from '../sockets.js';
import { bridgeTo, send, server } from './through.js';

test('everything that is no turn: method, query, status, headers and body', async () => {
  const root = await httpServer(async (request, response) => {
    let body = '';
    for await (const piece of request) body += piece;
    const seen = {
      method: request.method,
      url: request.url,
      key: request.headers.authorization,
      via: request.headers.via,
    };
    response.writeHead(418, {
      'x-mine': 'yes',
      'set-cookie': ['a=1', 'b=2'],
      connection: 'close',
      'content-type': 'application/json',
    });
    response.end(JSON.stringify({ ...seen, body }));
  });
  const { bridge } = await bridgeTo(`${root}/prefix/v1`);
  const at = bridge.baseUrl.replace(/\/v1$/, '');
  const { status, headers, body } = await send(`${at}/v1/models?x=1`, {
    method: 'PUT',
    headers: { authorization: 'Bearer key', 'x-own': 'a' },
    body: 'hello',
  });
  expect(status).toBe(418);
  expect(headers).toMatchObject({ 'x-mine': 'yes', 'set-cookie': ['a=1', 'b=2'] });
  expect(JSON.parse(body)).toEqual({
    ...{ method: 'PUT', url: '/prefix/v1/models?x=1', key: 'Bearer key', body: 'hello' },
    via: expect.stringMatching(/^1\.1 codex-lmdeploy-[0-9a-f]{8}$/),
  });
  expect(JSON.parse((await send(`${at}/health`)).body)).toMatchObject({ url: '/prefix/health' });
});

test('a redirect to another port: neither the key nor a cookie goes along, as with Codex', async () => {
  const heard: unknown[] = [];
  const there = await server(({ headers: { authorization, cookie, 'x-own': own } }, response) => {
    heard.push({ authorization, cookie, own });
    response.end();
  });
  const upstream = await server((_request, response) =>
    response.writeHead(307, { location: `${there}/models` }).end(),
  );
  const { bridge } = await bridgeTo(upstream);
  const headers = { authorization: 'Bearer key', cookie: 'a=b', 'x-own': 'c' };
  await send(`${bridge.baseUrl}/models`, { headers });
  expect(heard).toEqual([{ own: 'c' }]);
});

test.each(['GET', 'HEAD'])('the length of what a %s asks for', async (method) => {
  const upstream = await server((_request, response) => {
    response.writeHead(200, { 'content-length': 5 });
    response.end(method === 'HEAD' ? '' : 'hello');
  });
  const { bridge } = await bridgeTo(upstream);
  const { headers, body } = await send(`${bridge.baseUrl}/models`, { method });
  expect(headers['content-length']).toBe('5');
  expect(body).toBe(method === 'HEAD' ? '' : 'hello');
});

test.each([
  ['another address', 'GET http://evil.example/v1/models'],
  ['another address for a turn', 'POST http://evil.example/v1/responses'],
  ['no path', 'OPTIONS *'],
])('%s in the request line is refused, and nobody is asked', async (_name, line) => {
  let asked = 0;
  const upstream = await server((_request, response) => {
    asked += 1;
    response.end();
  });
  const { bridge } = await bridgeTo(upstream);
  const socket = connect(bridge.port, '127.0.0.1').setEncoding('utf8');
  socket.write(`${line} HTTP/1.1\r\nHost: 127.0.0.1:${bridge.port}\r\nContent-Length: 2\r\n\r\n{}`);
  const [text] = (await once(socket, 'data')) as [string];
  socket.destroy();
  expect(text).toMatch(/^HTTP\/1\.1 400 /);
  expect(asked).toBe(0);
});
