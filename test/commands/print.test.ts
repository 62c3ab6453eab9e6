import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { printConfigDocument } from '../../src/documents.js';
import { startStandIn } from '../../src/stand-in/server.js';
import { cli, scratch } from '../cli.js';
import { closedPort } from '../sockets.js';

const BLOCK = (baseUrl: string) => `model = "Qwen/Qwen3.5-35B-A3B"
model_provider = "lmdeploy"
model_context_window = 131072

[model_providers.lmdeploy]
name = "LMDeploy"
base_url = "${baseUrl}"
env_key = "LMDEPLOY_API_KEY"
wire_api = "responses"
requires_openai_auth = false
stream_idle_timeout_ms = 300000
`;

test.each(['provider', 'profile'])(
  'print %s: the documented block with the measured window, nothing written',
  async (what) => {
    const server = await startStandIn();
    onTestFinished(() => server.close());
    const home = await scratch();
    const { code, stdout } = await cli(['print', what, server.baseUrl], { home });
    expect({ code, stdout }).toEqual({ code: 0, stdout: BLOCK(server.baseUrl) });
    expect(server.requests.length).toBeGreaterThan(0);
    const json = await cli(['print', what, server.baseUrl, '--json'], { home });
    expect(printConfigDocument.parse(JSON.parse(json.stdout))).toMatchObject({
      toml: BLOCK(server.baseUrl),
      profile: what === 'profile' ? 'lmdeploy' : null,
    });
    expect(await readdir(home)).toEqual([]);
  },
);

test('what our block says holds for what is printed; offline nobody is asked', async () => {
  const home = await scratch();
  await writeFile(
    join(home, 'config.toml'),
    `model = "m"\nmodel_provider = "lmdeploy"\n[model_providers.lmdeploy]\nname = "Rack 7"\nbase_url = "http://rack7:1/v1"\nenv_key = "RACK"\nstream_idle_timeout_ms = 900000\n`,
  );
  const { stdout } = await cli(['print', 'provider', '--offline', '--context-window', '8192'], { home });
  for (const line of ['model = "m"', 'name = "Rack 7"', 'env_key = "RACK"', 'model_context_window = 8192'])
    expect(stdout.split('\n')).toContain(line);
  expect(stdout).toContain('base_url = "http://rack7:1/v1"');
  expect(stdout).toContain('stream_idle_timeout_ms = 900000');
});

test.each(['provider', 'profile'])(
  'print %s beside a config.toml that is no TOML: prints, and says that nothing in it counts',
  async (what) => {
    const server = await startStandIn();
    onTestFinished(() => server.close());
    const home = await scratch();
    await writeFile(join(home, 'config.toml'), 'model = \n');
    const { code, stdout, stderr } = await cli(['print', what, server.baseUrl], { home });
    expect({ code, stdout }).toEqual({ code: 0, stdout: BLOCK(server.baseUrl) });
    expect(stderr).toMatch(/config\.syntax: Nothing in .*config\.toml counts .*config\.toml:1:\d+: /);
    const json = await cli(['print', what, server.baseUrl, '--json'], { home });
    expect(printConfigDocument.parse(JSON.parse(json.stdout)).warnings).toMatchObject([
      { id: 'config.syntax' },
      // Without a Codex, which a profile wants for its catalog.
      ...(what === 'profile' ? [{ id: 'catalog.entry' }] : []),
    ]);
  },
);

test('a server that is down, and a thing that is not printed, are errors', async () => {
  const home = await scratch();
  expect(await cli(['print', 'provider', await closedPort()], { home })).toMatchObject({
    code: 2,
    stdout: '',
  });
  expect(await cli(['print', 'poetry'], { home })).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('provider'),
  });
});
