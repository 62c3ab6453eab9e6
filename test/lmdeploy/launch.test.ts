import { expect, test } from 'vitest';
import { launch, launchRemedy, launchWithGap, TOOL_CALL_PARSERS } from '../../src/lmdeploy/launch.js';

test.each([
  ['Qwen/Qwen3.5-35B-A3B', '--tool-call-parser qwen3coder --reasoning-parser default'],
  ['Qwen/Qwen3.5-397B-A17B-GPTQ-Int4', '--tool-call-parser qwen3coder --reasoning-parser default'],
  ['Qwen/Qwen3-Coder-30B-A3B-Instruct', '--tool-call-parser qwen3coder'],
  ['Qwen/Qwen3-Coder-480B-A35B-Instruct-FP8', '--tool-call-parser qwen3coder'],
  ['Qwen/Qwen3-8B-FP8', '--tool-call-parser qwen3 --reasoning-parser default'],
  ['Qwen3-8B-AWQ', '--tool-call-parser qwen3 --reasoning-parser default'],
  ['Qwen/Qwen3-30B-A3B-Instruct-2507', '--tool-call-parser qwen3'],
  ['/models/qwen2.5-7b-instruct-awq/', '--tool-call-parser qwen2d5'],
  ['/models/Qwen2.5-Coder-32B-Instruct-GPTQ-Int8', '--tool-call-parser qwen2d5'],
  ['internlm/Intern-S1', '--tool-call-parser intern-s1 --reasoning-parser default'],
  ['internlm/Intern-S1-Pro', '--tool-call-parser qwen3 --reasoning-parser default'],
  ['internlm/Intern-S2-Preview', '--tool-call-parser interns2-preview --reasoning-parser default'],
  ['internlm/internlm2_5-7b-chat', '--tool-call-parser internlm'],
  ['internlm/internlm3-8b-instruct', '--tool-call-parser internlm'],
  ['meta-llama/Llama-3.3-70B-Instruct', '--tool-call-parser llama3'],
  ['meta-llama/Meta-Llama-3.1-8B-Instruct', '--tool-call-parser llama3'],
  ['zai-org/GLM-4.7', '--tool-call-parser glm47'],
  ['zai-org/GLM-4.7-FP8', '--tool-call-parser glm47'],
  ['moonshotai/Kimi-K2-Instruct', '--tool-call-parser kimi_k2'],
  ['deepseek-ai/DeepSeek-V3.2', '--tool-call-parser deepseek-v32 --reasoning-parser deepseek-v32'],
  ['deepseek-ai/DeepSeek-V4', '--tool-call-parser deepseek-v4 --reasoning-parser deepseek-v4'],
  [
    '/home/me/.cache/huggingface/hub/models--Qwen--Qwen3-8B/snapshots/9c925d64d72725edaf899c6cb9c377fd0709d9c5',
    '--tool-call-parser qwen3 --reasoning-parser default',
  ],
])('%s is launched with %s', (model, options) => {
  expect(launch(model)).toMatchObject({
    line: `lmdeploy serve api_server ${model} ${options}`,
    toolsKnown: true,
  });
});

test.each([
  'deepseek-ai/DeepSeek-V3',
  'deepseek-ai/DeepSeek-R1',
  'deepseek-ai/DeepSeek-R1-0528-Qwen3-8B',
  'Qwen/QwQ-32B',
  'Qwen/Qwen3.9-1B',
  'moonshotai/Kimi-K2.5',
  'acme/unknown',
  '',
])('no tool parser is made up for %j', (model) => {
  const { line, toolsKnown } = launch(model);
  expect(toolsKnown).toBe(false);
  expect(line).not.toContain('--tool-call-parser');
  expect(launchWithGap(model)).toContain('--tool-call-parser NAME');
  expect(launchRemedy(model, 'starts it', 'gpu1')).toMatch(
    new RegExp(` {3}# on gpu1: starts it, NAME being one of ${TOOL_CALL_PARSERS[0]}`),
  );
});

test('GPT-OSS brings its own parsers and refuses the options', () => {
  expect(launch('openai/gpt-oss-120b')).toEqual({
    line: 'lmdeploy serve api_server openai/gpt-oss-120b',
    toolCallParser: null,
    reasoningParser: null,
    toolsKnown: true,
  });
});

test('another port is named, and a hostile name stays one word', () => {
  expect(launch('Qwen/Qwen3-8B', { port: '8000' }).line).toMatch(/--server-port 8000$/);
  expect(launch('Qwen/Qwen3-8B', { port: '23333' }).line).not.toContain('port');
  expect(launch("x'; rm -rf ~ #\n\u001b[31m").line).toContain(`'x'\\''; rm -rf ~ # '`);
});

test('a window, and the name of the variable that holds the keys', () => {
  expect(launch('Qwen/Qwen3-8B', { sessionLength: 65_536, apiKeysFrom: 'MY_KEYS' }).line).toMatch(
    / --session-len 65536 --api-keys "\$MY_KEYS"$/,
  );
});
