import { front, type Spoil } from '../front.js';
import type { Row } from '../row.js';

/** Servers that die, and the check that fails. */
export const DYING: readonly (Row & { check: string })[] = [
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

/** Servers that answer each request in another way. */
export const MOODY: readonly Row[] = [...MOODS.keys()].map((first) => ({
  name: `beginning with the ${first}. of them`,
  serve: () => front((said, ...rest) => MOODS[(first + said.before) % MOODS.length]?.(said, ...rest)),
}));

/** Servers whose answers are damaged on their way. */
export const DAMAGED: readonly Row[] = Array.from({ length: 16 }, (_, seed) => ({
  name: `seed ${seed}`,
  serve() {
    const random = generator(seed);
    return front(({ status, type, body }, response) => {
      const bytes = Buffer.from(body);
      for (let wounds = random(5); wounds > 0; wounds -= 1) bytes[random(bytes.length)] = random(256);
      const code = random(6) === 0 ? 100 * (2 + random(4)) : status;
      return response
        .writeHead(code, { 'content-type': type })
        .end(bytes.subarray(0, random(4) === 0 ? random(bytes.length) : undefined));
    });
  },
}));

/** The same numbers for the same seed. */
function generator(seed: number): (below: number) => number {
  let state = seed + 1;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return below === 0 ? 0 : state % below;
  };
}
