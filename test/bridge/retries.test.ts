import { describe, expect, test } from 'vitest';
import { tcpServer } from '../sockets.js';
import { start } from '../stand-in/start.js';
import { bridgeTo, server, sse, stream, turn, WHOLE } from './through.js';

describe('what a retry heals', () => {
  test.each([1, 3])('a connection lost %i times before the first byte', async (times) => {
    const { server: standIn } = await start();
    let lost = 0;
    const target = new URL(standIn.baseUrl);
    const { connect } = await import('node:net');
    const root = await tcpServer((socket) => {
      if (lost < times) {
        lost += 1;
        socket.once('data', () => socket.resetAndDestroy());
        return;
      }
      const on = connect(Number(target.port), '127.0.0.1');
      on.on('error', () => socket.destroy());
      socket.pipe(on).pipe(socket);
    });
    const { bridge } = await bridgeTo(`${root}/v1`);
    expect((await turn(bridge)).at(-1)?.type).toBe('response.completed');
    expect(lost).toBe(times);
  });

  test('not a fourth time', async () => {
    let asked = 0;
    const root = await tcpServer((socket) => {
      socket.once('data', () => {
        asked += 1;
        socket.resetAndDestroy();
      });
    });
    const { bridge } = await bridgeTo(`${root}/v1`);
    const events = await turn(bridge);
    expect(events.map(({ type }) => type)).toEqual(['response.created', 'response.failed']);
    expect(asked).toBe(4);
  });

  test('a server that says when to come back', async () => {
    let asked = 0;
    const upstream = await server((_request, response) => {
      asked += 1;
      if (asked < 3) response.writeHead(503, { 'retry-after': '0' }).end('busy');
      else stream(response).end(WHOLE.map((event) => sse(event)).join(''));
    });
    const { bridge } = await bridgeTo(upstream);
    expect((await turn(bridge)).at(-1)?.type).toBe('response.completed');
    expect(asked).toBe(3);
  });

  test('not a server that sleeps, nor a stream that was cut', async () => {
    let asked = 0;
    const upstream = await server((request, response) => {
      asked += 1;
      if (request.headers['x-how'] === 'asleep')
        response
          .writeHead(503, { 'content-type': 'application/json' })
          .end(
            '{"error":{"message":"Engine is sleeping; call POST /wakeup","type":"server_error","param":null,"code":503}}',
          );
      else {
        stream(response).write(sse(WHOLE[0] as { type: string }));
        setTimeout(() => response.destroy(), 50);
      }
    });
    const { bridge } = await bridgeTo(upstream);
    const asleep = await turn(bridge, {}, { headers: { 'x-how': 'asleep' } });
    expect(asleep.at(-1)?.response?.error?.message).toContain('/wakeup');
    const cut = await turn(bridge);
    expect(cut.map(({ type }) => type)).toEqual(['response.created', 'response.failed']);
    expect(asked).toBe(2);
  });
});
