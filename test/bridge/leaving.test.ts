import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { bridgeTo, server, signal, sse, stream, tick, turn, WHOLE } from './through.js';

describe('who goes away', () => {
  test('a client that leaves before the answer begins ends the request upstream', async () => {
    const [asked, left] = [signal(), signal()];
    const upstream = await server((_request, response) => {
      response.once('close', left.give);
      asked.give();
    });
    const { bridge, lines } = await bridgeTo(upstream);
    const ending = new AbortController();
    const going = turn(bridge, {}, { signal: ending.signal });
    await asked.came;
    ending.abort();
    await expect(going).rejects.toThrow();
    await left.came;
    expect(lines).toEqual(['turn left by Codex: no event']);
  });

  test('and one that leaves in the middle of it', async () => {
    const left = signal();
    const upstream = await server((_request, response) => {
      response.once('close', left.give);
      stream(response).write(sse(WHOLE[0] as { type: string }));
    });
    const { bridge } = await bridgeTo(upstream);
    const response = await fetch(`${bridge.baseUrl}/responses`, {
      method: 'POST',
      body: '{"stream":true,"input":"x"}',
    });
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    await reader.read();
    await reader.cancel();
    await left.came;
  });

  test('and one that leaves before the next try: there is none', async () => {
    let asked = 0;
    const first = signal();
    const upstream = await server((_request, response) => {
      asked += 1;
      response.writeHead(503, { 'retry-after': '1' }).end('busy');
      first.give();
    });
    const { bridge, lines } = await bridgeTo(upstream);
    const ending = new AbortController();
    const going = turn(bridge, {}, { signal: ending.signal });
    await first.came;
    ending.abort();
    await expect(going).rejects.toThrow();
    await expect.poll(() => lines).toEqual(['turn left by Codex: no event']);
    expect(asked).toBe(1);
  });

  test('a client that reads nothing holds the server back', async () => {
    let written = 0;
    let isHeld = false;
    const upstream = await server(async (_request, response) => {
      stream(response).write(sse(WHOLE[0] as { type: string }));
      const piece = sse({
        type: 'response.output_text.delta',
        item_id: 'm',
        delta: 'x'.repeat(64 * 1024),
      } as { type: string });
      const until = Date.now() + 20_000;
      while (!isHeld && Date.now() < until) {
        if (response.write(piece)) written += piece.length;
        else
          isHeld = !(await Promise.race([
            once(response, 'drain').then(() => true),
            tick(2_000).then(() => false),
          ]));
        if (written > 200 * 1024 * 1024) break;
      }
      response.destroy();
    });
    const { bridge } = await bridgeTo(upstream);
    const response = await fetch(`${bridge.baseUrl}/responses`, {
      method: 'POST',
      body: '{"stream":true,"input":"x"}',
    });
    while (!isHeld) await tick(100);
    expect(written).toBeLessThan(64 * 1024 * 1024);
    await response.body?.cancel();
  });
});
