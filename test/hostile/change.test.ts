import { describe, test } from 'vitest';
import { front, type Spoil } from './front.js';
import { look, orderly, type Row, warned } from './row.js';

const DYING: readonly (Row & { check: string })[] = [
  {
    name: 'before the first turn',
    serve: () => dying(({ path }) => path === '/v1/responses'),
    check: 'responses.answers',
  },
  {
    name: 'before the first streamed turn',
    serve: () => dying(({ asked }) => asked?.stream === true),
    check: 'responses.answers',
  },
  {
    name: 'before the turn with tools',
    serve: () => dying(({ asked }) => asked?.tools !== undefined),
    check: 'responses.tools',
  },
];

describe.concurrent('a server that dies', () => {
  test.each(DYING)('$name', async ({ check, ...row }) => {
    warned(await look(row), check, /closed the connection|Nothing listens/);
  });
});

/** A server that is gone from the moment on that `when` says. */
function dying(when: (said: Parameters<Spoil>[0]) => boolean): Promise<string> {
  let dead = false;
  return front((said, _, request) => {
    dead ||= when(said);
    return dead ? request.socket.resetAndDestroy() : false;
  });
}

/** What a server may do next. */
const MOODS: readonly Spoil[] = [
  () => false,
  (_, response) => response.writeHead(502).end('<html><title>502 Bad Gateway</title>'),
  () => false,
  (_, response) => response.end('{"data":'),
  (_, __, request) => request.socket.destroy(),
  (_, response) => response.writeHead(401).end('{"error":"Unauthorized"}'),
  ({ body }, response) => response.writeHead(200, { 'content-type': 'text/event-stream' }).end(body),
  (_, response) => response.writeHead(307, { location: '/elsewhere' }).end(),
  () => false,
  (_, response) => response.end('data: {"type":"response.completed"}\n\n'),
  ({ body }, response) => response.writeHead(200, { 'content-type': 'application/json' }).end(body),
];

describe.concurrent('a server that answers each request in another way', () => {
  test.each([...MOODS.keys()].map((first) => ({ first })))(
    'beginning with the $first. of them',
    async ({ first }) => {
      const serve = () =>
        front((said, ...rest) => MOODS[(first + said.before) % MOODS.length]?.(said, ...rest));
      orderly(await look({ name: `moods ${first}`, serve }));
    },
  );
});

describe.concurrent('a server whose answers are damaged on their way', () => {
  test.each(Array.from({ length: 16 }, (_, seed) => ({ seed })))('seed $seed', async ({ seed }) => {
    const serve = () => {
      const random = generator(seed);
      return front(({ status, type, body }, response) => {
        const bytes = Buffer.from(body);
        for (let wounds = random(5); wounds > 0; wounds -= 1) bytes[random(bytes.length)] = random(256);
        const code = random(6) === 0 ? 100 * (2 + random(4)) : status;
        return response
          .writeHead(code, { 'content-type': type })
          .end(bytes.subarray(0, random(4) === 0 ? random(bytes.length) : undefined));
      });
    };
    orderly(await look({ name: `seed ${seed}`, serve }));
  });
});

/** The same numbers for the same seed. */
function generator(seed: number): (below: number) => number {
  let state = seed + 1;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return below === 0 ? 0 : state % below;
  };
}
