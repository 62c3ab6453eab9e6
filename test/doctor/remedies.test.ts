import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { doctorDocument } from '../../src/documents.js';
import { type StandInOptions, startStandIn } from '../../src/stand-in/server.js';
import { cli, scratch } from '../cli.js';
import { httpServer } from '../sockets.js';

const MODEL = 'Qwen/Qwen3.5-35B-A3B';

/** The remedy of one check for a home that is set up for a stand-in. */
async function remedy(id: string, options: StandInOptions, { address, lines = '' }: Partial<Place> = {}) {
  const server = await startStandIn(options);
  onTestFinished(() => server.close());
  const home = await scratch();
  const baseUrl = address?.(server.port) ?? server.baseUrl;
  const block = `[model_providers.lmdeploy]\nname = "L"\nbase_url = "${baseUrl}"\nenv_key = "LMDEPLOY_API_KEY"\n`;
  const top = `model = "${MODEL}"\nmodel_provider = "lmdeploy"\n${lines}`;
  await writeFile(join(home, 'config.toml'), `${top}${block}`);
  const args = ['doctor', '--json', '--codex-home', home, '--skip', 'codex'];
  const { stdout } = await cli(args, { home, env: { LMDEPLOY_API_KEY: 'right' } });
  const { checks } = doctorDocument.parse(JSON.parse(stdout));
  return { text: checks.find((check) => check.id === id)?.remedy ?? '', server, home };
}

interface Place {
  readonly address: (port: number) => string;
  readonly lines: string;
}

const LINE = /^lmdeploy serve api_server Qwen\/Qwen3\.5-35B-A3B --tool-call-parser qwen3coder /;
const ASKED = ' --api-keys "$LMDEPLOY_API_KEY"   # ';

test('a server that asks for keys is started again with its keys, by the name of the variable', async () => {
  const locked = { apiKeys: ['right'] };
  const { text } = await remedy('responses.tools', { ...locked, toolCallParser: false });
  expect(text).toMatch(LINE);
  expect(text).toContain(ASKED);
  expect(text).not.toContain('right');
  const longer = await remedy('responses.context', { ...locked, contextLength: 16_384 });
  expect(longer.text).toMatch(/ --session-len 65536 --api-keys "\$LMDEPLOY_API_KEY" {3}# start/);
  const older = await remedy('server.release', { ...locked, release: '0.17' });
  expect(older.text).toContain(ASKED);
  const asleep = await remedy('server.awake', { ...locked, asleep: true });
  expect(asleep.text).toContain(`printf 'authorization: Bearer %s' "$LMDEPLOY_API_KEY" | curl `);
  const open = await remedy('responses.tools', { toolCallParser: false });
  expect(open.text).toMatch(LINE);
  expect(open.text).not.toContain('--api-keys');
});

test('a key that a gateway asks for is none of the server’s', async () => {
  const { server } = await remedy('responses.tools', { toolCallParser: false });
  const gateway = await httpServer((request, response) => {
    if (request.headers.authorization !== 'Bearer right') return response.writeHead(401).end('{"no":1}');
    const { url = '', method } = request;
    const onward = new URL(url, server.baseUrl);
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    return request.on('end', async () => {
      const body = method === 'POST' ? { body: Buffer.concat(chunks).toString() } : {};
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(onward, { method: method ?? 'GET', headers, ...body });
      response.writeHead(answer.status).end(await answer.text());
    });
  });
  const { text } = await remedy('responses.tools', {}, { address: () => `${gateway}/v1` });
  expect(text).toMatch(LINE);
  expect(text).not.toContain('--api-keys');
});

test('what has to be done on another machine says on which', async () => {
  const elsewhere = { address: (port: number) => `http://0.0.0.0:${port}/v1` };
  const lacking = await remedy(
    'responses.tools',
    { toolCallParser: false, host: '0.0.0.0' },
    { ...elsewhere },
  );
  expect(lacking.text).toMatch(/ {3}# on 0\.0\.0\.0: start the server again like this$/);
  const down = await remedy('server.reachable', {}, { address: () => 'http://0.0.0.0:1/v1' });
  expect(down.text).toMatch(/^lmdeploy serve api_server .* --server-port 1 {3}# on 0\.0\.0\.0: starts it$/);
  const here = await remedy('server.reachable', {}, { address: () => 'http://127.0.0.1:1/v1' });
  expect(here.text).toMatch(/ {3}# starts it$/);
});

test('an init that mends is one for the same home', async () => {
  const unserved = await remedy('model.served', { models: ['other'] });
  expect(unserved.text).toBe(
    `codex-lmdeploy init ${unserved.server.baseUrl} --codex-home '${unserved.home}' --model 'other'`,
  );
  const wrong = await remedy('responses.context', {}, { lines: 'model_context_window = 999999\n' });
  expect(wrong.text).toContain(`${wrong.server.baseUrl} --codex-home '${wrong.home}'   # `);
});
