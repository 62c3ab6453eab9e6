import { once } from 'node:events';
import { expect, test } from 'vitest';
import { httpServer } from '../sockets.js';
import { bridgeTo, sse, stream, tick, turn, WHOLE } from './through.js';

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
