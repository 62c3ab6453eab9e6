import type { ServerResponse } from 'node:http';
import { describe, expect, test } from 'vitest';
import { server, sse, stream, tick } from '../bridge/through.js';
import { codexThrough } from '../codex-through.js';

/** How long Codex waits for an event, how often the bridge says something, and how long the model thinks. */
const [IDLE_MS, SILENCE_MS, THINKING_MS] = [4_000, 500, 9_000];

const RESPONSE = { id: 'resp_1', object: 'response', status: 'in_progress', output: [] };
const ITEM = {
  type: 'message',
  id: 'msg_1',
  role: 'assistant',
  status: 'completed',
  content: [{ type: 'output_text', text: 'Thought about it.', annotations: [] }],
};
const CREATED = sse({ type: 'response.created', response: RESPONSE } as { type: string });
const REST = [
  { type: 'response.output_item.done', output_index: 0, item: ITEM },
  {
    type: 'response.completed',
    response: {
      ...RESPONSE,
      status: 'completed',
      output: [ITEM],
      usage: { input_tokens: 7, output_tokens: 3, total_tokens: 10 },
    },
  },
];

async function think(response: ServerResponse, before: string, after: string): Promise<void> {
  stream(response);
  response.flushHeaders();
  if (before !== '') response.write(before);
  await tick(THINKING_MS);
  response.end(after);
}

const WAYS: Record<string, (response: ServerResponse) => Promise<void>> = {
  'has begun its answer': (response) => think(response, CREATED, REST.map(sse).join('')),
  'has sent the head of an answer': (response) => think(response, '', CREATED + REST.map(sse).join('')),
  'has not begun to answer': async (response) => {
    await tick(THINKING_MS);
    stream(response).end(CREATED + REST.map(sse).join(''));
  },
};

/** The real Codex with a server that thinks for longer than Codex waits. */
async function ask(answer: (response: ServerResponse) => Promise<void>, silenceMs: number) {
  let turns = 0;
  const upstream = await server(({ method, url }, response) => {
    if (method !== 'POST' || url !== '/v1/responses') return void response.writeHead(404).end();
    turns += 1;
    answer(response).catch(() => undefined);
  });
  const codex = await codexThrough(upstream, { silenceMs });
  const provider = 'model_providers.bridge';
  const limits = [`${provider}.stream_idle_timeout_ms=${IDLE_MS}`, `${provider}.stream_max_retries=1`];
  const said = await codex('exec', '--skip-git-repo-check', ...limits.flatMap((one) => ['-c', one]), 'Think');
  return { ...said, turns };
}

describe('Codex with a short stream_idle_timeout_ms, and a server that thinks for longer', () => {
  // Side by side in one test: of tests that run concurrently, the first to end would close the others' servers.
  test('the bridge keeps the turn alive, however far the answer is', async () => {
    const said = await Promise.all(
      Object.entries(WAYS).map(async ([way, answer]) => ({ way, ...(await ask(answer, SILENCE_MS)) })),
    );
    const alive = { code: 0, stdout: 'Thought about it.\n', turns: 1 };
    expect(said.map(({ stderr: _, ...rest }) => rest)).toEqual(
      Object.keys(WAYS).map((way) => ({ way, ...alive })),
    );
    for (const { stderr } of said) expect(stderr).not.toContain('Reconnecting');
  });

  test('without a sign of life Codex sends the turn again, and gives up', async () => {
    const { code, turns } = await ask(WAYS['has begun its answer'] as never, 60_000);
    expect({ code, turns }).toEqual({ code: 1, turns: 2 });
  });
});
