import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { describe, expect, test } from 'vitest';
import { bridgeTo, eventsIn, server, sse, stream, tick, turn, WHOLE } from './through.js';

describe('silence', () => {
  test('a server that has not begun to answer: a turn is under way, again and again', async () => {
    const upstream = await server(async (_request, response) => {
      await tick(300);
      stream(response).end(WHOLE.map((event) => sse(event)).join(''));
    });
    const { bridge } = await bridgeTo(upstream, { silenceMs: 50 });
    const types = (await turn(bridge)).map(({ type }) => type);
    expect(types[0]).toBe('response.created');
    expect(types.at(-1)).toBe('response.completed');
    const between = types.slice(1, -1);
    expect(new Set(between)).toEqual(new Set(['response.in_progress']));
    expect(between.length).toBeGreaterThan(2);
  });

  test('one that thinks for long: its own response is repeated', async () => {
    const upstream = await server(async (_request, response) => {
      stream(response).write(sse(WHOLE[0] as { type: string }));
      await tick(300);
      response.end(sse(WHOLE[1] as { type: string }));
    });
    const { bridge } = await bridgeTo(upstream, { silenceMs: 50 });
    const events = await turn(bridge);
    const between = events.slice(1, -1);
    expect(between.length).toBeGreaterThan(2);
    for (const event of between)
      expect(event).toEqual({ type: 'response.in_progress', response: WHOLE[0]?.response });
  });

  test('a refusal after a sign of life still ends the turn in words', async () => {
    const upstream = await server(async (_request, response) => {
      await tick(150);
      response.writeHead(404, { 'content-type': 'application/json' });
      response.end(
        '{"error":{"message":"The model \'x\' does not exist.","type":"not_found_error","param":"model","code":404}}',
      );
    });
    const { bridge } = await bridgeTo(upstream, { silenceMs: 50 });
    const events = await turn(bridge);
    expect(events.map(({ type }) => type).filter((type) => type === 'response.created')).toHaveLength(1);
    expect(events.at(-1)?.response?.error?.message).toContain('is not served');
  });

  test('Codex was stopped and reads nothing: no signs of life pile up for it', async () => {
    const event = { type: 'response.output_text.delta', item_id: 'm', delta: 'x'.repeat(64 * 1024) };
    const delta = sse(event);
    const upstream = await server((_request, response) => {
      const [created, completed] = WHOLE.map(sse);
      stream(response).end(created + delta.repeat(500) + completed);
    });
    const { bridge } = await bridgeTo(upstream, { silenceMs: 100 });
    const asking = request(`${bridge.baseUrl}/responses`, { method: 'POST' });
    asking.end('{"stream":true,"input":"x"}');
    const [response] = (await once(asking, 'response')) as [IncomingMessage];
    await tick(3_000);
    let text = '';
    for await (const piece of response.setEncoding('utf8')) text += piece;
    const types = eventsIn(text).map(({ type }) => type);
    expect(types.filter((type) => type === 'response.output_text.delta')).toHaveLength(500);
    expect(types.at(-1)).toBe('response.completed');
    // One for each 100 ms would be 30.
    expect(types.filter((type) => type === 'response.in_progress').length).toBeLessThan(5);
  });
});
