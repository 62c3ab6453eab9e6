import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Script } from '../../src/stand-in/script.js';
import { startStandIn } from '../../src/stand-in/server.js';
import { codexOn } from '../codex-on.js';

/** The real Codex on a stand-in with a script. */
async function setUp(script: Script, before?: string, profile?: string) {
  const server = await startStandIn({ script, apiKeys: ['sk-e2e'] });
  onTestFinished(() => server.close());
  const { home, exec } = await codexOn(server.baseUrl, {
    key: 'sk-e2e',
    ...(before !== undefined && { before }),
    ...(profile !== undefined && { profile }),
  });
  const turns = () =>
    server.requests.filter(({ path }) => path === '/v1/responses').map(({ body }) => body as Turn);
  return { home, server, exec, turns };
}

interface Turn {
  readonly model: string;
  readonly input: readonly { type: string; output?: string; call_id?: string; name?: string }[];
}

test('after init, codex exec prints what the model says', async () => {
  const { exec, server } = await setUp(() => ({ text: 'Hello from LMDeploy' }));
  expect(await exec('Say hello from LMDeploy')).toBe('Hello from LMDeploy');
  expect(server.requests.at(-1)).toMatchObject({ path: '/v1/responses', status: 200 });
});

test('a call of exec_command runs for real, and its output reaches the server in the next turn', async () => {
  const { exec, turns } = await setUp(({ toolOutput }) =>
    toolOutput === null
      ? { calls: [{ name: 'exec_command', arguments: JSON.stringify({ cmd: 'echo hi-$((6*7))' }) }] }
      : { text: 'done' },
  );
  const before = turns().length;
  expect(await exec('Count')).toBe('done');
  const [first, second] = turns().slice(before);
  expect(first?.input.some(({ type }) => type === 'function_call_output')).toBe(false);
  const output = second?.input.find(({ type }) => type === 'function_call_output');
  expect(output?.output).toContain('hi-42');
  const call = second?.input.find(({ type }) => type === 'function_call');
  expect(call).toMatchObject({ name: 'exec_command', call_id: output?.call_id });
});

test('in a config that was lived in, everything else goes on working', async () => {
  const before = `# mine
model = "gpt-5"
model_reasoning_effort = "low"   # cheap

[model_providers.azure]
name = "Azure"
base_url = "https://example.invalid/v1"

[projects."/tmp"]
trust_level = "trusted"
`;
  const { exec, home, turns } = await setUp(() => ({ text: 'still here' }), before);
  const written = await readFile(join(home, 'config.toml'), 'utf8');
  for (const line of before.split('\n').filter((text) => !text.startsWith('model = ')))
    expect(written).toContain(line);
  expect(await exec('hi')).toBe('still here');
  expect(turns().at(-1)).toMatchObject({ model: 'Qwen/Qwen3.5-35B-A3B', reasoning: { effort: 'low' } });
});

test('in a profile, beside a config.toml that knows nothing of it', async () => {
  const before = 'model = "gpt-5"\nmodel_provider = "azure"\n[model_providers.azure]\nname = "Azure"\n';
  const { exec, home, turns } = await setUp(() => ({ text: 'from the profile' }), before, 'gpu');
  expect(await readFile(join(home, 'config.toml'), 'utf8')).toBe(before);
  expect(await exec('hi')).toBe('from the profile');
  expect(turns().at(-1)).toMatchObject({ model: 'Qwen/Qwen3.5-35B-A3B' });
});
