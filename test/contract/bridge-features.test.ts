import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { codexBridged } from './bridged.js';
import { NEWEST, type Real, startReal } from './real.js';

// What Codex 0.169.0 does only when it is told to, by a feature or by the catalog.
let real: Real;

beforeAll(async () => {
  real = await startReal(NEWEST, { parser: 'qwen3coder' });
});

afterAll(() => real?.close());

const prompts = () => real.prompts().map(({ prompt }) => prompt);

test('multi_agent_v2: a sub-agent is told its task', async () => {
  const { exec } = await codexBridged(real.baseUrl, {});
  const task = JSON.stringify({ task_name: 'one', message: 'Say it: forty-two.' });
  const both = `collaboration__spawn_agent ${task} | collaboration__wait_agent {"timeout_ms": 30000}`;
  expect(await exec('--enable=multi_agent_v2', `CALLS: ${both}`)).toMatchObject({ code: 0 });
  const told = prompts().map((prompt) => prompt.split('<|im_start|>user\n').at(-1) ?? '');
  const given = told.find((one) => one.startsWith('Message Type: NEW_TASK'));
  expect(given).toMatch(/Payload:\nSay it: forty-two\.<\|im_end\|>/);
});

test('code_mode: a script runs, and says what it found', async () => {
  const { exec } = await codexBridged(real.baseUrl, {});
  const script = { input: 'text(`It is ${6 * 7}`)\n' };
  const { stdout } = await exec('--enable=code_mode', `CALL: exec ${JSON.stringify(script)}`);
  expect(stdout).toBe('Done: It is 42\n');
});

test('supports_search_tool: a tool that was looked for can be called', async () => {
  const { exec, again, home } = await codexBridged(real.baseUrl, {});
  const catalog = join(
    home,
    (await readdir(home, { recursive: true })).find((one) => /catalog.*\.json$/.test(one)) ?? '',
  );
  const text = await readFile(catalog, 'utf8');
  const { models } = JSON.parse(text) as { models: object[] };
  await writeFile(
    catalog,
    JSON.stringify({ models: models.map((one) => ({ ...one, supports_search_tool: true })) }),
  );
  const found = await exec('CALL: tool_search {"query": "spawn an agent"}');
  expect(found.stdout).toMatch(/^Done: These can be called now: multi_agent_v1__/);
  const spawned = await again('CALL: multi_agent_v1__spawn_agent {"message": "hi"}');
  expect(spawned.stderr).toContain('SpawnAgent');
});
