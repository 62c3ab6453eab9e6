import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { startStandIn } from '../../src/stand-in/server.js';
import { VERSION } from '../../src/version.js';
import { closedPort, httpServer, tcpServer } from '../sockets.js';
import { start } from '../stand-in/start.js';
import { bridgeTo, eventsIn, send, sse, turn, USER, WHOLE } from './through.js';

/** A server that answers turns by hand. */
async function server(answer: (request: IncomingMessage, response: ServerResponse) => unknown) {
  return `${await httpServer((request, response) => {
    request.resume();
    request.once('end', () => answer(request, response));
  })}/v1`;
}

const stream = (response: ServerResponse) => response.writeHead(200, { 'content-type': 'text/event-stream' });
/** Something that happens once, and can be waited for. */
function signal(): { came: Promise<void>; give: () => void } {
  let give = () => {};
  const came = new Promise<void>((resolve) => {
    give = resolve;
  });
  return { came, give };
}

const tick = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('what passes', () => {
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

describe('silence', () => {
  test('a server that has not begun to answer: a turn is under way, again and again', async () => {
    let finish = () => {};
    const upstream = await server((_request, response) => {
      finish = () => stream(response).end(WHOLE.map((event) => sse(event)).join(''));
    });
    const { bridge } = await bridgeTo(upstream, { silenceMs: 50 });
    setTimeout(() => finish(), 300);
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
});

describe('who goes away', () => {
  test('a client that leaves before the answer begins ends the request upstream', async () => {
    const [asked, left] = [signal(), signal()];
    const upstream = await server((_request, response) => {
      response.once('close', left.give);
      asked.give();
    });
    const { bridge } = await bridgeTo(upstream);
    const ending = new AbortController();
    const going = turn(bridge, {}, { signal: ending.signal });
    await asked.came;
    ending.abort();
    await expect(going).rejects.toThrow();
    await left.came;
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

  test('more than 64 MB is refused, said or not', async () => {
    const { bridge } = await bridgeTo('http://127.0.0.1:9/v1');
    const said = await send(`${bridge.baseUrl}/responses`, {
      method: 'POST',
      headers: { 'content-length': String(65 * 1024 * 1024) },
    }).catch(() => null);
    expect(said?.status ?? 413).toBe(413);
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
    expect(lines.at(-1)).toMatch(/^turn failed: Nothing listens/);
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
});

test('32 streams of 2,000 events side by side: none mixed up, none lost', async () => {
  const upstream = `${await httpServer(async (request, response) => {
    let body = '';
    for await (const piece of request) body += piece;
    const { model } = JSON.parse(body) as { model: string };
    stream(response).write(sse(WHOLE[0] as { type: string }));
    for (let index = 0; index < 2_000; index += 1) {
      const event = { type: 'response.output_text.delta', item_id: 'm', delta: `${model}-${index} ` };
      if (!response.write(sse(event))) await once(response, 'drain');
      if (index % 100 === 0) await tick(1);
    }
    response.end(sse(WHOLE[1] as { type: string }));
  })}/v1`;
  const { bridge } = await bridgeTo(upstream);
  const all = await Promise.all(
    Array.from({ length: 32 }, (_, index) => turn(bridge, { model: `m${index}` })),
  );
  for (const [index, events] of all.entries()) {
    const deltas = events.flatMap(({ delta }) => delta ?? []);
    expect(deltas).toEqual(Array.from({ length: 2_000 }, (_, nth) => `m${index}-${nth} `));
    expect(events.at(-1)?.type).toBe('response.completed');
  }
});
