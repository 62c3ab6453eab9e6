import { expect, onTestFinished } from 'vitest';
import { type StandInOptions, startStandIn } from '../../src/stand-in/server.js';

/** A stand-in that ends with the test, and ways to ask it. */
export async function start(options: StandInOptions = {}) {
  const server = await startStandIn({ models: ['tiny'], ...options });
  onTestFinished(() => server.close());
  const root = server.baseUrl.replace(/\/v1$/, '');
  const get = (path: string, key?: string) =>
    fetch(root + path, { redirect: 'manual', headers: key ? { authorization: `Bearer ${key}` } : {} });
  const post = (body: unknown, headers: Record<string, string> = {}) =>
    fetch(`${server.baseUrl}/responses`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  /** The events of a streamed turn. */
  const stream = async (body: object) => {
    const response = await post({ ...body, stream: true });
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    return (await response.text())
      .split('\n\n')
      .filter(Boolean)
      .map((block) => {
        const [event, data] = block.split('\n');
        const json = JSON.parse((data ?? '').replace(/^data: /, '')) as Event;
        expect(event).toBe(`event: ${json.type}`);
        return json;
      });
  };
  return { server, get, post, stream };
}

export interface Event {
  readonly type: string;
  readonly sequence_number: number;
  readonly item?: { type: string; status: string; arguments?: string };
  readonly response?: {
    status: string;
    output: Record<string, unknown>[];
    usage?: { total_tokens: number };
    error?: unknown;
  };
}

export const EXEC = {
  type: 'function',
  name: 'exec_command',
  parameters: { type: 'object', properties: { cmd: { type: 'string' } }, required: ['cmd'] },
};
export const GET_GOAL = {
  type: 'function',
  name: 'get_goal',
  parameters: { type: 'object', properties: {} },
};
export const user = (text: string) => [
  { type: 'message', role: 'user', content: [{ type: 'input_text', text }] },
];
