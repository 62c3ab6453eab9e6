import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Generation } from '../../src/stand-in/script.js';
import { start } from './start.js';

/** A request to the real LMDeploy 0.18.0 and its answer, both as they went over the wire. */
function captured(name: string) {
  const file = new URL(`../fixtures/lmdeploy-0.18.0/${name}.txt`, import.meta.url);
  const [request = '', status = '', ...answer] = readFileSync(file, 'utf8').split('\n');
  const body = JSON.parse(request.replace('POST /v1/responses ', '')) as object;
  return { body, status: Number(status), answer: answer.join('\n').trim() };
}

/** JSON texts with their keys in order, without what no two runs share: ids, times, counts, and how tokens are cut. */
function settled(answer: string): string[] {
  const texts = answer.startsWith('event: ')
    ? answer.split('\n\n').flatMap((block) => /^data: (.*)$/m.exec(block)?.[1] ?? [])
    : [answer];
  const list: Record<string, unknown>[] = [];
  for (const text of texts) {
    const { sequence_number: _, ...one } = JSON.parse(text) as Record<string, unknown>;
    const last = list.at(-1);
    if (last !== undefined && 'delta' in one && last['type'] === one['type'])
      last['delta'] = `${last['delta']}${one['delta']}`;
    else list.push(one);
  }
  return list.map((one) =>
    JSON.stringify(one)
      .replace(/"(resp_|msg_|chatcmpl-tool-)\w{22}"/g, '"$1"')
      .replace(/"(created_at|(?:input|output|total)_tokens)":\d+/g, '"$1":0'),
  );
}

const call = (name: string, args: string) => ({ name, arguments: args });
const ECHO = call('exec_command', '{"cmd": "echo hi"}');

test.each<[string, Generation]>([
  ['text', { text: 'Hello from LMDeploy.' }],
  ['text-whole', { text: 'Hello from LMDeploy.' }],
  ['call', { calls: [ECHO] }],
  ['call-whole', { calls: [ECHO] }],
  ['text-and-call', { text: 'I will run it. ', calls: [ECHO] }],
  ['no-arguments', { calls: [call('get_goal', '')] }],
  ['undeclared-call', { calls: [call('apply_patch', '{"input": "x"}')] }],
  ['engine-error', { text: 'half an ans', fail: true }],
  ['cut', { text: 'Hello from LMDeploy.' }],
])('%s: field for field as captured', async (name, generation) => {
  const { body, status, answer } = captured(name);
  const { post } = await start({ models: ['tiny-qwen3'], script: () => generation });
  const response = await post(body);
  const text = await response.text();
  expect(response.status).toBe(status);
  // The one difference between tokenizers that shows: how far a cut answer came.
  const ours = name === 'cut' ? text.replaceAll('"Hell"', '"Hel"') : text;
  expect(settled(ours)).toEqual(settled(answer));
});
