import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { errorDocument, modelsDocument } from '../../src/documents.js';
import { startStandIn } from '../../src/stand-in/server.js';
import { cli, scratch } from '../cli.js';
import { closedPort, httpServer } from '../sockets.js';

test('one name a line, the configured one marked on a terminal only', async () => {
  const server = await startStandIn({ models: ['base', 'adapter'] });
  onTestFinished(() => server.close());
  const home = await scratch();
  await writeFile(
    join(home, 'config.toml'),
    `model = "adapter"\nmodel_provider = "lmdeploy"\n[model_providers.lmdeploy]\nbase_url = "${server.baseUrl}"\n`,
  );
  expect(await cli(['models'], { home })).toMatchObject({ code: 0, stdout: 'base\nadapter\n', stderr: '' });
  expect((await cli(['models', '--quiet'], { home, tty: true })).stdout).toBe('  base\n* adapter\n');
  const { stdout } = await cli(['models', '--json'], { home });
  expect(modelsDocument.parse(JSON.parse(stdout)).models).toEqual([
    { id: 'base', configured: false, adapter: false },
    { id: 'adapter', configured: true, adapter: true },
  ]);
  expect(server.requests.filter(({ method }) => method === 'POST')).toEqual([]);
});

test('--verbose tells of each request, without key or body', async () => {
  const server = await startStandIn({ apiKeys: ['k-1234'] });
  onTestFinished(() => server.close());
  const home = await scratch();
  const { stderr } = await cli(['models', server.baseUrl, '--verbose'], {
    home,
    env: { LMDEPLOY_API_KEY: 'k-1234' },
  });
  expect(stderr).toMatch(new RegExp(`GET ${server.baseUrl}/models: 200, \\d+ bytes, \\d+ ms`));
  expect(stderr).not.toContain('k-1234');
});

test('a name that would drive the terminal does not', async () => {
  const address = await httpServer((_, response) =>
    response.end(JSON.stringify({ data: [{ id: 'evil\u001b[2J\nname' }] })),
  );
  const { stdout } = await cli(['models', address], { home: await scratch() });
  expect(stdout).toBe('evil name\n');
});

test.each([
  ['down', closedPort, 'server-unreachable'],
  [
    'a web page',
    () => httpServer((_, response) => response.end('<html><title>x</title></html>')),
    'server-kind',
  ],
  [
    'a wrong key',
    () =>
      httpServer((_, response) => {
        response.writeHead(401, { 'content-type': 'application/json' });
        response.end('{"error":"Unauthorized"}');
      }),
    'server-key',
  ],
])('%s: exit 2', async (_, serve, code) => {
  const { code: exit, stdout } = await cli(['models', await serve(), '--json'], { home: await scratch() });
  expect(exit).toBe(2);
  expect(errorDocument.parse(JSON.parse(stdout)).error.code).toBe(code);
});

test('with a config for another provider, no answer from the usual place is an error all the same (needs port 23333 free)', async ({
  skip,
}) => {
  const server = createServer((socket) => socket.destroy());
  const isFree = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false)).listen(23333, '127.0.0.1', () => resolve(true));
  });
  skip(!isFree, 'somebody else listens there');
  onTestFinished(() => void server.close());
  const home = await scratch();
  await writeFile(join(home, 'config.toml'), 'model_provider = "x"\n[model_providers.x]\nname = "X"\n');
  const { code, stdout, stderr } = await cli(['models'], { home });
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/^error: .*127\.0\.0\.1:23333/);
});

test('a key that Codex gets by a command is one that this tool can not send', async () => {
  const server = await startStandIn({ apiKeys: ['right'] });
  onTestFinished(() => server.close());
  const home = await scratch();
  await writeFile(
    join(home, 'config.toml'),
    `model_provider = "lmdeploy"\n[model_providers.lmdeploy]\nbase_url = "${server.baseUrl}"\nauth = { command = "printf" }\n`,
  );
  const { code, stdout, stderr } = await cli(['models'], { home });
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/wants a key/);
});
