import { describe, expect, test } from 'vitest';
import { closedPort } from '../sockets.js';
import { bridgeTo, server, stream, turn } from './through.js';

describe('trouble', () => {
  test('nothing listens: one sentence, one remedy', async () => {
    const { bridge, lines } = await bridgeTo(`${await closedPort()}/v1`);
    const events = await turn(bridge, { model: 'Qwen/Qwen3-8B' });
    expect(events.map(({ type }) => type)).toEqual(['response.created', 'response.failed']);
    const error = events.at(-1)?.response?.error;
    expect(error?.code).toBe('invalid_prompt');
    expect(error?.message).toMatch(
      /^Nothing listens on .*\(connection refused\)\.\n→ lmdeploy serve api_server Qwen\/Qwen3-8B /,
    );
    expect(lines.at(-1)).toMatch(/^turn failed, no event: Nothing listens on [^→]*\.$/);
  });

  test.each([
    ['a byte order mark', '\uFEFFevent: response.created\ndata: {}\n\n'],
    ['carriage returns', 'event: response.created\rdata: {}\r\r'],
    ['no events at all', '<html><title>Login</title></html>'],
    ['JSON that is none', 'event: response.completed\ndata: {"type":\n\n'],
    ['nothing', ''],
  ])('a stream of %s', async (_name, text) => {
    const upstream = await server((_request, response) => stream(response).end(text));
    const { bridge } = await bridgeTo(upstream);
    const events = await turn(bridge);
    expect(events.at(-1)?.type).toBe('response.failed');
  });

  test('an event without end is not kept for ever', async () => {
    const upstream = await server((_request, response) => {
      stream(response).write('data: ');
      const pour = (): void => {
        while (!response.destroyed && response.write('x'.repeat(1024 * 1024)));
        response.once('drain', pour);
      };
      pour();
    });
    const { bridge } = await bridgeTo(upstream);
    expect((await turn(bridge)).at(-1)?.type).toBe('response.failed');
  });

  test('a refusal without end is told all the same', async () => {
    const upstream = await server((_request, response) =>
      response
        .writeHead(404, { 'content-type': 'application/json' })
        .write(
          '{"error":{"message":"The model \'x\' does not exist.","type":"not_found_error","param":"model","code":404}}',
        ),
    );
    const { bridge } = await bridgeTo(upstream);
    const events = await turn(bridge);
    expect(events.at(-1)?.response?.error?.message).toContain('is not served');
  });
});
