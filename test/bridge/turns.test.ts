import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { startStandIn } from '../../src/stand-in/server.js';
import { start } from '../stand-in/start.js';
import { bridgeTo, eventsIn, send, server, sse, stream, tick, turn, USER, WHOLE } from './through.js';

describe('a turn', () => {
  test('a turn without anything to translate, byte for byte', async () => {
    const { server: standIn, post } = await start();
    const { bridge } = await bridgeTo(standIn.baseUrl);
    const body = JSON.stringify({ model: 'tiny', stream: true, input: [USER('hi')] });
    const through = await send(`${bridge.baseUrl}/responses`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    const plain = (text: string) =>
      text.replace(/"(id|item_id|response_id)":"[^"]*"|"created_at":\d+|"completed_at":\d+/g, '');
    expect(plain(through.body)).toBe(plain(await (await post(body)).text()));
  });

  test('where it was sent to: its path and its query', async () => {
    const asked: unknown[] = [];
    const upstream = await server(({ url }, response) => {
      asked.push(url);
      stream(response).end(WHOLE.map(sse).join(''));
    }, '/prefix/v1');
    const { bridge } = await bridgeTo(upstream);
    await send(`${bridge.baseUrl}/responses?api-version=3`, { method: 'POST', body: '{"stream":true}' });
    expect(asked).toEqual(['/prefix/v1/responses?api-version=3']);
  });

  test('one after the other over one connection, though a server ends its stream some time after the last event', async () => {
    const connections = new Set<unknown>();
    const upstream = await server(({ socket }, response) => {
      connections.add(socket);
      stream(response).write(WHOLE.map(sse).join(''));
      setTimeout(() => response.end(), 20);
    });
    const { bridge } = await bridgeTo(upstream);
    for (let turns = 0; turns < 5; turns += 1) {
      expect((await turn(bridge)).at(-1)?.type).toBe('response.completed');
      await tick(100);
    }
    expect(connections.size).toBe(1);
  });

  test('a namespace, a custom tool and an image, there and back', async () => {
    const standIn = await startStandIn({
      models: ['tiny'],
      script: ({ tools }) => ({ calls: tools.map((name) => ({ name, arguments: '{"input":"P"}' })) }),
    });
    const { bridge, lines } = await bridgeTo(standIn.baseUrl);
    const parameters = { type: 'object', properties: {} };
    const tools = [
      { type: 'namespace', name: 'mcp__t', tools: [{ type: 'function', name: 'add', parameters }] },
      { type: 'custom', name: 'apply_patch' },
      { type: 'web_search' },
    ];
    const input = [
      { ...USER('hi'), content: [{ type: 'input_image', image_url: 'data:image/png;base64,AA==' }] },
    ];
    const events = await turn(bridge, { tools, input });
    await standIn.close();
    const items = events.filter(({ type }) => type === 'response.output_item.done').map(({ item }) => item);
    expect(items).toMatchObject([
      { type: 'function_call', name: 'add', namespace: 'mcp__t', arguments: '{"input":"P"}' },
      { type: 'custom_tool_call', name: 'apply_patch', input: 'P' },
    ]);
    expect(events.at(-1)?.response?.['output']).toMatchObject(items as object[]);
    expect(lines[0]).toBe('LMDeploy has nothing for the tool web_search: left out.');
    expect(lines[1]).toMatch(/^turn completed: first event after \d+ ms, \d+ tokens in, \d+ out$/);
  });

  test.each([true, false])("the server's own headers come along, streamed: %s", async (isStream) => {
    const upstream = await server((_request, response) => {
      const text = isStream ? WHOLE.map(sse).join('') : JSON.stringify(WHOLE[1]?.response);
      const own = { 'x-request-id': 'a', 'set-cookie': ['b=1', 'c=2'], 'x-hop': '1', connection: 'x-hop' };
      const type = isStream ? 'text/event-stream' : 'application/json; charset=x';
      response.writeHead(200, { ...own, 'content-type': type, 'content-length': text.length }).end(text);
    });
    const { bridge } = await bridgeTo(upstream);
    const tools = [{ type: 'custom', name: 'apply_patch' }];
    const answer = await send(`${bridge.baseUrl}/responses`, {
      method: 'POST',
      body: JSON.stringify({ stream: isStream, input: 'x', tools }),
    });
    expect(answer.headers).toMatchObject({ 'x-request-id': 'a', 'set-cookie': ['b=1', 'c=2'] });
    expect(answer.headers).not.toHaveProperty('x-hop');
    expect(answer.headers['content-type']).toMatch(isStream ? /^text\/event-stream/ : /^application\/json$/);
    expect(answer.body).toContain('"status":"completed"');
  });

  // Codex 0.169.0 reads these without a bridge too.
  test.each(['text/plain', 'application/octet-stream'])('a stream of the type %s', async (type) => {
    const upstream = await server((_request, response) =>
      response.writeHead(200, { 'content-type': type }).end(WHOLE.map(sse).join('')),
    );
    const { bridge } = await bridgeTo(upstream);
    expect(await turn(bridge)).toEqual(WHOLE);
  });

  test('a status of escape codes does not reach the log', async () => {
    const upstream = await server((_request, response) =>
      response.end(JSON.stringify({ status: `\u001b[31m${'x'.repeat(100)}\n`, output: [] })),
    );
    const { bridge, lines } = await bridgeTo(upstream);
    await send(`${bridge.baseUrl}/responses`, { method: 'POST', body: '{"input":"x"}' });
    expect(lines).toEqual([expect.stringMatching(/^turn x{35}: first event after \d+ ms$/)]);
  });

  test('a turn that is not streamed', async () => {
    const { server: standIn } = await start();
    const { bridge } = await bridgeTo(standIn.baseUrl);
    const body = JSON.stringify({ model: 'tiny', input: 'hi' });
    const answer = await send(`${bridge.baseUrl}/responses`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body)).toMatchObject({ object: 'response', status: 'completed' });
  });

  test('a body that came compressed', async () => {
    const { server: standIn } = await start();
    const { bridge } = await bridgeTo(standIn.baseUrl);
    const response = await fetch(`${bridge.baseUrl}/responses`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      body: gzipSync(JSON.stringify({ model: 'tiny', stream: true, input: 'hi' })),
    });
    expect(eventsIn(await response.text()).at(-1)?.type).toBe('response.completed');
  });

  test('events as they come: the first before the last is said', async () => {
    let finish = () => {};
    const upstream = await server((_request, response) => {
      stream(response).write(sse(WHOLE[0] as { type: string }));
      finish = () => response.end(sse(WHOLE[1] as { type: string }));
    });
    const { bridge } = await bridgeTo(upstream);
    const response = await fetch(`${bridge.baseUrl}/responses`, {
      method: 'POST',
      body: '{"stream":true,"input":"x"}',
    });
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    const { value } = await reader.read();
    expect(new TextDecoder().decode(value)).toContain('response.created');
    finish();
    const rest = await reader.read();
    expect(new TextDecoder().decode(rest.value)).toContain('response.completed');
  });
});
