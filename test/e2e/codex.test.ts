import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import type { Script } from '../../src/stand-in/script.js';
import { startStandIn } from '../../src/stand-in/server.js';
import { cli, PATH_WITH_CODEX, scratch } from '../cli.js';

const run = promisify(execFile);

/** A home that `init` set up for a stand-in, and the real Codex in it. */
async function setUp(script: Script, before = '') {
  const server = await startStandIn({ script, apiKeys: ['sk-e2e'] });
  onTestFinished(() => server.close());
  const folder = await scratch();
  const [home, work] = [join(folder, 'home'), join(folder, 'work')];
  await mkdir(home);
  await mkdir(work);
  if (before !== '') await writeFile(join(home, 'config.toml'), before);
  const env = { PATH: PATH_WITH_CODEX, HOME: folder, CODEX_HOME: home, LMDEPLOY_API_KEY: 'sk-e2e' };
  const { code, stderr } = await cli(['init', server.baseUrl, '--yes'], { home, env });
  expect(stderr).toContain('Wrote');
  expect(code).toBe(0);
  const codex = async (prompt: string) => {
    const child = run('codex', ['exec', '--skip-git-repo-check', prompt], { cwd: work, env });
    // Codex waits for more of the prompt as long as its input is open.
    child.child.stdin?.end();
    return (await child).stdout;
  };
  const turns = () =>
    server.requests.filter(({ path }) => path === '/v1/responses').map(({ body }) => body as Turn);
  return { home, server, codex, turns };
}

interface Turn {
  readonly model: string;
  readonly input: readonly { type: string; output?: string; call_id?: string; name?: string }[];
}

test('after init, codex exec prints what the model says', async () => {
  const { codex, server } = await setUp(() => ({ text: 'Hello from LMDeploy' }));
  expect((await codex('Say hello from LMDeploy')).trim()).toBe('Hello from LMDeploy');
  expect(server.requests.at(-1)).toMatchObject({ path: '/v1/responses', status: 200 });
});

test('a call of exec_command runs for real, and its output reaches the server in the next turn', async () => {
  const { codex, turns } = await setUp(({ toolOutput }) =>
    toolOutput === null
      ? { calls: [{ name: 'exec_command', arguments: JSON.stringify({ cmd: 'echo hi-$((6*7))' }) }] }
      : { text: 'done' },
  );
  const before = turns().length;
  expect((await codex('Count')).trim()).toBe('done');
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
  const { codex, home, turns } = await setUp(() => ({ text: 'still here' }), before);
  const written = await readFile(join(home, 'config.toml'), 'utf8');
  for (const line of before.split('\n').filter((text) => !text.startsWith('model = ')))
    expect(written).toContain(line);
  expect((await codex('hi')).trim()).toBe('still here');
  expect(turns().at(-1)).toMatchObject({ model: 'Qwen/Qwen3.5-35B-A3B', reasoning: { effort: 'low' } });
});
