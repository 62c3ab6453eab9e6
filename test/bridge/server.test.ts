import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { refusalOf } from '../../src/bridge/guard.js';
import { VERSION } from '../../src/version.js';
import { httpServer } from '../sockets.js';
import { start } from '../stand-in/start.js';
import { bridgeTo, send, server, sse, stream, turn, WHOLE } from './through.js';

describe('who may come in', () => {
  test.each([
    ['a foreign Host', { host: 'evil.example' }],
    ['a Host of another port', { host: '127.0.0.1:1' }],
    ['an Origin', { origin: 'http://127.0.0.1' }],
    ['an Origin of null', { origin: 'null' }],
  ])('%s is refused', async (_name, headers: Record<string, string>) => {
    let asked = 0;
    const upstream = await server((_request, response) => {
      asked += 1;
      response.end();
    });
    const { bridge } = await bridgeTo(upstream);
    for (const path of ['/v1/models', '/healthz']) {
      const { status } = await send(bridge.baseUrl.replace('/v1', path), { headers });
      expect(status).toBe(403);
    }
    expect(asked).toBe(0);
  });

  test('by every name of loopback it is itself', async () => {
    const { bridge } = await bridgeTo('http://127.0.0.1:9/v1');
    for (const name of ['127.0.0.1', 'localhost', '[::1]']) {
      const { status } = await send(bridge.baseUrl.replace('/v1', '/healthz'), {
        headers: { host: `${name}:${bridge.port}` },
      });
      expect(status).toBe(200);
    }
  });

  test('with more headers than Node takes unless told', async () => {
    const { bridge } = await bridgeTo('http://127.0.0.1:9/v1');
    const headers = { 'x-codex-turn-metadata': 'x'.repeat(40_000) };
    expect((await send(bridge.baseUrl.replace('/v1', '/healthz'), { headers })).status).toBe(200);
  });

  test('by the name alone where the port is the usual one', () => {
    const at = (port: number) => refusalOf({ host: 'LocalHost' }, { host: '127.0.0.1', port });
    expect(at(80)).toBeNull();
    expect(at(8080)).toContain('(Host)');
  });

  test('it says what it is', async () => {
    const { server: standIn } = await start();
    const { bridge } = await bridgeTo(standIn.baseUrl);
    await turn(bridge);
    const { body } = await send(bridge.baseUrl.replace('/v1', '/healthz'));
    expect(JSON.parse(body)).toEqual({
      bridge: 'codex-lmdeploy',
      version: VERSION,
      upstream: standIn.baseUrl,
      turns: 1,
    });
  });

  test('63 MB go on, and come to the server whole', async () => {
    let bytes = 0;
    const upstream = `${await httpServer((asked, response) => {
      asked.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
      });
      asked.once('end', () => stream(response).end(WHOLE.map(sse).join('')));
    })}/v1`;
    const { bridge } = await bridgeTo(upstream);
    const words = 'x'.repeat(63 * 1024 * 1024);
    expect((await turn(bridge, { input: words })).at(-1)?.type).toBe('response.completed');
    expect(bytes).toBeGreaterThan(words.length);
  });

  test('more than 64 MB is refused, said or not', async () => {
    const { bridge } = await bridgeTo('http://127.0.0.1:9/v1');
    for (const headers of [{ 'content-length': 80 * 1024 * 1024 }, {}]) {
      const asking = request(`${bridge.baseUrl}/responses`, { method: 'POST', headers });
      const answered = once(asking, 'response') as Promise<[IncomingMessage]>;
      Readable.from(Array.from({ length: 80 }, () => Buffer.alloc(1024 * 1024, 32)))
        .on('error', () => undefined)
        .pipe(asking.on('error', () => undefined));
      const [answer] = await answered;
      expect(answer.statusCode).toBe(413);
      asking.destroy();
    }
    const bomb = gzipSync(Buffer.alloc(80 * 1024 * 1024, 32));
    const response = await fetch(`${bridge.baseUrl}/responses`, {
      method: 'POST',
      headers: { 'content-encoding': 'gzip' },
      body: bomb,
    });
    expect(response.status).toBe(413);
  });

  test('an upstream that is the bridge itself is refused at the start, and where it only turns out so', async () => {
    const { bridge } = await bridgeTo('http://127.0.0.1:9/v1');
    for (const name of ['127.0.0.1', 'localhost', '[::1]', '0.0.0.0'])
      await expect(bridgeTo(`http://${name}:${bridge.port}/v1`, { port: bridge.port })).rejects.toMatchObject(
        { code: 'usage' },
      );
    const on: { target: string } = { target: '' };
    const detour = await httpServer((request, response) => {
      const port = new URL(on.target).port;
      send(`${on.target}${request.url}`, {
        headers: { ...(request.headers as Record<string, string>), host: `127.0.0.1:${port}` },
      }).then(
        ({ status, body }) => response.writeHead(status).end(body),
        () => response.destroy(),
      );
    });
    const looped = await bridgeTo(`${detour}/v1`);
    on.target = looped.bridge.baseUrl.replace('/v1', '');
    const { status, body } = await send(`${looped.bridge.baseUrl}/models`);
    expect(status).toBe(508);
    expect(body).toContain('leads back to it');
  });

  test('a port that is taken is told', async () => {
    const { bridge } = await bridgeTo('http://127.0.0.1:9/v1');
    await expect(bridgeTo('http://127.0.0.1:10/v1', { port: bridge.port })).rejects.toMatchObject({
      code: 'port-taken',
    });
  });
});
