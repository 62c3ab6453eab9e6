import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** The items that a model of another provider answered with, turn by turn: what LMDeploy refuses in a history. */
const TURNS: readonly (readonly Record<string, unknown>[])[] = [
  [
    { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'A' }], encrypted_content: 'Z' },
    {
      type: 'web_search_call',
      id: 'ws_1',
      status: 'completed',
      action: { type: 'search', query: 'the weather' },
    },
    { type: 'function_call', id: 'fc_1', call_id: 'call_1', name: 'get_goal', arguments: '' },
  ],
  [
    { type: 'reasoning', id: 'rs_2', summary: [], encrypted_content: 'Z' },
    {
      type: 'custom_tool_call',
      id: 'ctc_1',
      call_id: 'call_2',
      name: 'apply_patch',
      input: '*** Begin Patch\n*** Add File: elsewhere.txt\n+made elsewhere\n*** End Patch\n',
      status: 'completed',
    },
  ],
  [{ type: 'function_call', id: 'fc_3', call_id: 'call_3', name: 'exec_command', arguments: '{"cmd": "ech' }],
  [
    {
      type: 'message',
      id: 'msg_1',
      role: 'assistant',
      content: [{ type: 'output_text', text: 'It was sunny elsewhere.', annotations: [] }],
    },
  ],
];

/**
 * Another provider's server, which a session begins on: a turn for each output that the request's history holds. Ends
 * with the test.
 *
 * @returns its `/v1` root
 */
export async function elsewhere(): Promise<string> {
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const piece of request) body += piece;
    if (request.method !== 'POST') return void response.writeHead(404).end();
    const { input } = JSON.parse(body) as { input: { type?: string }[] };
    const outputs = input.filter(({ type }) => type?.endsWith('_output')).length;
    const output = TURNS[Math.min(outputs, TURNS.length - 1)] ?? [];
    const usage = { input_tokens: 9, output_tokens: 9, total_tokens: 18 };
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const event of [
      { type: 'response.created', response: { id: 'resp_1' } },
      ...output.map((item, index) => ({ type: 'response.output_item.done', output_index: index, item })),
      { type: 'response.completed', response: { id: 'resp_1', output, usage } },
    ])
      response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
}
