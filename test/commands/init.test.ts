import { chmod, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { doctorDocument, errorDocument, initDocument } from '../../src/documents.js';
import { type StandInOptions, startStandIn } from '../../src/stand-in/server.js';
import { cli, PATH_WITH_CODEX, scratch } from '../cli.js';
import { closedPort, httpServer } from '../sockets.js';

async function standIn(options: StandInOptions = {}) {
  const server = await startStandIn(options);
  onTestFinished(() => server.close());
  return server;
}

const config = async (home: string) => readFile(join(home, 'config.toml'), 'utf8');
const nothingIn = async (home: string) => expect(await readdir(home)).toEqual([]);

const MINE = `# mine
model = "gpt-5" # good
model_provider = "openai"

[mcp_servers.docs]   # tools
command = "docs"

[model_providers.azure]
name = "Azure"
experimental_bearer_token = "sk-azure-secret"
`;

describe('what init writes', () => {
  test('into an empty home: the documented block, the measured window, and no more', async () => {
    const [server, home] = [await standIn(), join(await scratch(), 'new-home')];
    const { code, stdout, stderr } = await cli(['init', server.baseUrl, '--yes'], { home });
    expect(code).toBe(0);
    expect(await config(home)).toBe(`model = "Qwen/Qwen3.5-35B-A3B"
model_provider = "lmdeploy"
model_context_window = 131072

[model_providers.lmdeploy]
name = "LMDeploy"
base_url = "${server.baseUrl}"
env_key = "LMDEPLOY_API_KEY"
wire_api = "responses"
requires_openai_auth = false
stream_idle_timeout_ms = 300000
`);
    expect(stdout).toBe('');
    expect(stderr).toContain('+[model_providers.lmdeploy]');
    expect(stderr).toContain('export LMDEPLOY_API_KEY=dummy');
  });

  test('twice: the second changes nothing and says so', async () => {
    const [server, home] = [await standIn(), await scratch()];
    await cli(['init', server.baseUrl, '--yes'], { home });
    const once = await config(home);
    const { code, stderr } = await cli(['init', '--yes'], { home });
    expect(code).toBe(0);
    expect(stderr).toContain('Already set up');
    expect(await config(home)).toBe(once);
    expect((await cli(['init', '--check'], { home })).code).toBe(0);
  });

  test('what others wrote keeps every line, its secrets are not shown', async () => {
    const [server, home] = [await standIn(), await scratch()];
    await writeFile(join(home, 'config.toml'), MINE);
    const { code, stderr } = await cli(['init', server.baseUrl, '--yes'], { home });
    expect(code).toBe(0);
    const written = (await config(home)).split('\n');
    const kept = MINE.split('\n').filter((line) => !/^model/.test(line));
    expect(written.filter((line) => kept.includes(line))).toEqual(expect.arrayContaining(kept));
    expect(written).toContain('model = "Qwen/Qwen3.5-35B-A3B" # good');
    expect(stderr).not.toContain('sk-azure-secret');
    const [backup] = await readdir(join(home, 'codex-lmdeploy/backup'));
    expect(await readFile(join(home, 'codex-lmdeploy/backup', backup ?? ''), 'utf8')).toBe(MINE);
  });

  test('--dry-run and --check show the diff on stdout and write nothing', async () => {
    const [server, home] = [await standIn(), await scratch()];
    const dry = await cli(['init', server.baseUrl, '--dry-run'], { home });
    expect(dry).toMatchObject({ code: 0, stdout: expect.stringContaining('+model_provider = "lmdeploy"') });
    const check = await cli(['init', server.baseUrl, '--check'], { home });
    expect(check).toMatchObject({ code: 1, stdout: dry.stdout });
    await nothingIn(home);
  });

  test('--offline asks nobody and needs a model', async () => {
    const [server, home] = [await standIn(), await scratch()];
    const refused = await cli(['init', server.baseUrl, '--offline', '--yes'], { home });
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('--model') });
    await nothingIn(home);
    expect((await cli(['init', server.baseUrl, '--offline', '--yes', '--model', 'm'], { home })).code).toBe(
      0,
    );
    expect(await config(home)).toContain('model = "m"');
    expect((await cli(['init', '--offline', '--yes'], { home })).stderr).toContain('Already set up');
    expect(server.requests).toEqual([]);
  });

  test('flags reach the block', async () => {
    const [server, home] = [await standIn(), await scratch()];
    const flags = [
      '--name',
      'Rack 7',
      '--stream-idle-timeout',
      '600000',
      '--provider-id',
      'rack7',
      '--no-env-key',
    ];
    expect((await cli(['init', server.baseUrl, '--yes', ...flags], { home })).code).toBe(0);
    const text = await config(home);
    expect(text).toContain('[model_providers.rack7]\nname = "Rack 7"\n');
    expect(text).toContain('stream_idle_timeout_ms = 600000');
    expect(text).not.toContain('env_key');
  });
});

describe('what only probes can know', () => {
  test('the window, and goals off where a call without arguments ends a session; back where that is mended', async () => {
    const [old, home] = [await standIn({ release: '0.17', contextLength: 40_000 }), await scratch()];
    await cli(['init', old.baseUrl, '--yes'], { home });
    expect(await config(home)).toContain('model_context_window = 40000\n');
    expect(await config(home)).toContain('[features]\ngoals = false\n');
    const mended = await standIn({ contextLength: 65_536 });
    await cli(['init', mended.baseUrl, '--yes'], { home });
    expect(await config(home)).toContain('model_context_window = 65536\n');
    expect(await config(home)).not.toContain('goals = false');
    await cli(['init', mended.baseUrl, '--yes', '--offline', '--name', 'X'], { home });
    expect(await config(home)).toContain('model_context_window = 65536\n');
    await cli(['remove', '--yes'], { home });
    expect(await readdir(home)).not.toContain('config.toml');
  });

  test('a given window stands where the server tells none', async () => {
    const [old, home] = [await standIn({ release: '0.14' }), await scratch()];
    await cli(['init', old.baseUrl, '--yes', '--context-window', '50000'], { home });
    await cli(['init', old.baseUrl, '--yes'], { home });
    expect(await config(home)).toContain('model_context_window = 50000\n');
  });

  test('a window that Codex does not fit into: written, with a warning that says so', async () => {
    const [server, home] = [await standIn({ contextLength: 4096 }), await scratch()];
    const { code, stdout } = await cli(['init', server.baseUrl, '--yes', '--json'], { home });
    expect(code).toBe(0);
    const { warnings, server: facts } = initDocument.parse(JSON.parse(stdout));
    expect(facts).toMatchObject({ contextWindow: 4096 });
    expect(warnings).toContainEqual(
      expect.objectContaining({
        id: 'responses.context',
        detail: expect.stringContaining('does not fit'),
        remedy: expect.stringContaining('--session-len'),
      }),
    );
  });
});

describe('which model', () => {
  const models = ['base', 'adapter'];

  test('several and none chosen: an error that lists them', async () => {
    const [server, home] = [await standIn({ models }), await scratch()];
    const { code, stderr } = await cli(['init', server.baseUrl, '--yes'], { home });
    expect(code).toBe(2);
    expect(stderr).toContain('base, adapter');
    expect(stderr).toContain('--model');
    await nothingIn(home);
  });

  test('--model, and then the configured one', async () => {
    const [server, home] = [await standIn({ models }), await scratch()];
    expect((await cli(['init', server.baseUrl, '--yes', '--model', 'adapter'], { home })).code).toBe(0);
    expect(await config(home)).toContain('model = "adapter"');
    expect((await cli(['init', '--yes'], { home })).stderr).toContain('Already set up');
  });

  test('one that is not served is refused with the nearest name; --force writes it', async () => {
    const [server, home] = [await standIn({ models: ['Qwen/Qwen3-8B'] }), await scratch()];
    const args = ['init', server.baseUrl, '--yes', '--model', 'qwen/qwen3-8b'];
    const { code, stderr } = await cli(args, { home });
    expect(code).toBe(2);
    expect(stderr).toContain(`--model 'Qwen/Qwen3-8B'`);
    await nothingIn(home);
    const forced = await cli([...args, '--force'], { home });
    expect(forced).toMatchObject({ code: 0, stderr: expect.stringContaining('! model.served') });
    expect(forced.stderr).not.toContain('it answers');
    expect(await config(home)).toContain('model = "qwen/qwen3-8b"');
  });
});

describe('what the server lacks', () => {
  test('no tool parser: written all the same, with the launch line as a warning', async () => {
    const [server, home] = [await standIn({ toolCallParser: false }), await scratch()];
    const { code, stdout } = await cli(['init', server.baseUrl, '--yes', '--json'], { home });
    expect(code).toBe(0);
    const { warnings, server: facts } = initDocument.parse(JSON.parse(stdout));
    expect(warnings.filter(({ id }) => id !== 'config.accepted')).toEqual([
      expect.objectContaining({
        id: 'responses.tools',
        remedy: expect.stringContaining('--tool-call-parser qwen3coder'),
      }),
    ]);
    expect(facts).toMatchObject({
      kind: 'lmdeploy',
      responses: { answers: true, streams: true, toolCall: false },
    });
  });

  test.each([
    ['down', closedPort, 'server-unreachable', /lmdeploy serve api_server/],
    [
      'a web page',
      () => httpServer((_, response) => response.end('<!doctype html><title>Router login</title>')),
      'server-kind',
      /Router login/,
    ],
    [
      'no Responses API',
      () =>
        httpServer((request, response) => {
          const found = request.url === '/v1/models';
          response.writeHead(found ? 200 : 404, { 'content-type': 'application/json' });
          response.end(found ? '{"data":[{"id":"m","owned_by":"lmdeploy"}]}' : '{"detail":"Not Found"}');
        }),
      'server-kind',
      /0\.18/,
    ],
  ])('%s: exit 2, one sentence, one step, nothing written', async (_, serve, code, words) => {
    const home = await scratch();
    const address = await serve();
    const plain = await cli(['init', address, '--yes'], { home });
    expect(plain.code).toBe(2);
    expect(plain.stderr).toMatch(words);
    expect(plain.stderr.trimEnd().split('\n')).toHaveLength(2);
    const json = await cli(['init', address, '--yes', '--json'], { home });
    expect(errorDocument.parse(JSON.parse(json.stdout)).error.code).toBe(code);
    await nothingIn(home);
  });

  test('a wrong key, and a missing one: which of the two', async () => {
    const [server, home] = [await standIn({ apiKeys: ['right'] }), await scratch()];
    const wrong = await cli(['init', server.baseUrl, '--yes'], {
      home,
      env: { LMDEPLOY_API_KEY: 'wrong-key-1' },
    });
    expect(wrong).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('refuses the key in LMDEPLOY_API_KEY'),
    });
    expect(wrong.stderr).not.toContain('wrong-key-1');
    const missing = await cli(['init', server.baseUrl, '--yes'], { home });
    expect(missing).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('LMDEPLOY_API_KEY is not set'),
    });
    await nothingIn(home);
    const right = { home, env: { LMDEPLOY_API_KEY: 'right' } };
    expect((await cli(['init', server.baseUrl, '--yes'], right)).code).toBe(0);
  });

  test('a proxy that catches the address: the same cause as doctor names, for models too', async () => {
    const [server, home] = [await standIn(), await scratch()];
    const env = { HTTP_PROXY: await closedPort() };
    const init = await cli(['init', server.baseUrl, '--yes', '--json'], { home, env });
    const { error } = errorDocument.parse(JSON.parse(init.stdout));
    expect(error).toMatchObject({
      code: 'server-unreachable',
      message: expect.stringMatching(/^HTTP_PROXY sends what is meant for http:\/\/127.*without end/),
      hint: 'export NO_PROXY="127.0.0.1${NO_PROXY:+,$NO_PROXY}"',
    });
    await nothingIn(home);
    const { stdout } = await cli(['doctor', server.baseUrl, '--only', 'network', '--json'], { home, env });
    const [finding] = doctorDocument.parse(JSON.parse(stdout)).checks;
    expect(finding).toMatchObject({ detail: error.message, remedy: error.hint });
    const models = await cli(['models', server.baseUrl], { home, env });
    expect(models).toMatchObject({ code: 2, stderr: expect.stringContaining('HTTP_PROXY sends') });
  });

  test.each([
    ['131073', ['responses.context']],
    ['131072', []],
  ])('--context-window %s on a server with 131,072', async (tokens, ids) => {
    const [server, home] = [await standIn(), await scratch()];
    const args = ['init', server.baseUrl, '--yes', '--json', '--context-window', tokens];
    const { stdout } = await cli(args, { home });
    const { warnings } = initDocument.parse(JSON.parse(stdout));
    expect(warnings.filter(({ id }) => id !== 'config.accepted').map(({ id }) => id)).toEqual(ids);
    expect(await config(home)).toContain(`model_context_window = ${tokens}\n`);
  });

  test('--force on a server that wants a key: the next step is to set that one, not any', async () => {
    const [server, home] = [await standIn({ apiKeys: ['right'] }), await scratch()];
    const args = ['init', server.baseUrl, '--yes', '--force', '--model', 'm', '--json'];
    const { stdout } = await cli(args, { home });
    expect(initDocument.parse(JSON.parse(stdout)).next).toContainEqual(
      expect.stringMatching(/^export LMDEPLOY_API_KEY=KEY {3}# one of those .*--api-keys$/),
    );
  });

  test('--force writes although the server is down', async () => {
    const home = await scratch();
    const { code, stderr } = await cli(['init', await closedPort(), '--yes', '--force', '--model', 'm'], {
      home,
    });
    expect(code).toBe(0);
    expect(stderr).toContain('! server.reachable');
    expect(stderr).not.toContain('model.served');
    expect(await config(home)).toContain('model = "m"');
  });
});

describe("the user's file", () => {
  test('broken TOML: file, line and column, nothing written', async () => {
    const [server, home] = [await standIn(), await scratch()];
    const broken = 'model = "a"\nmodel_provider = \n';
    await writeFile(join(home, 'config.toml'), broken);
    const { code, stderr } = await cli(['init', server.baseUrl, '--yes'], { home });
    expect(code).toBe(2);
    expect(stderr).toMatch(/config\.toml:2:\d+/);
    expect(stderr).toContain('model_provider =');
    expect(await config(home)).toBe(broken);
    expect(await readdir(home)).toEqual(['config.toml']);
  });

  test('a link to a file that is not there: said before the server is asked', async () => {
    const [server, home] = [await standIn(), await scratch()];
    await symlink('/nowhere/config.toml', join(home, 'config.toml'));
    const { code, stderr } = await cli(['init', server.baseUrl, '--yes'], { home });
    expect(code).toBe(2);
    expect(stderr).toContain('is a symlink that leads nowhere (to /nowhere/config.toml)');
    expect(server.requests).toEqual([]);
  });

  test('a spelling that can not be edited safely is refused', async () => {
    const [server, home] = [await standIn(), await scratch()];
    const odd = 'model_providers = "none"\n';
    await writeFile(join(home, 'config.toml'), odd);
    const { code, stderr } = await cli(['init', server.baseUrl, '--yes'], { home });
    expect(code).toBe(2);
    expect(stderr).toMatch(/config\.toml:1: /);
    expect(await config(home)).toBe(odd);
  });

  test('a folder in its place is an error', async () => {
    const [server, home] = [await standIn(), await scratch()];
    await mkdir(join(home, 'config.toml'));
    expect(await cli(['init', server.baseUrl, '--yes'], { home })).toMatchObject({ code: 2 });
  });

  test('Codex refuses the result: the old file is back, with Codex’s own words', async () => {
    const [server, home, bin] = [await standIn(), await scratch(), await scratch()];
    // A Codex that takes every config but ours: what a newer one might do.
    await writeFile(
      join(bin, 'codex'),
      `#!/bin/sh
[ "$1" = --version ] && { echo 'codex-cli 9.9.9'; exit 0; }
grep -q lmdeploy "$CODEX_HOME/config.toml" || exit 0
echo "Error: $CODEX_HOME/config.toml:3:2: we changed our mind" >&2
exit 1
`,
    );
    await chmod(join(bin, 'codex'), 0o755);
    const env = { PATH: `${bin}:/usr/bin:/bin` };
    await writeFile(join(home, 'config.toml'), MINE);
    const { code, stderr } = await cli(['init', server.baseUrl, '--yes'], { home, env });
    expect(code).toBe(2);
    expect(stderr).toContain('we changed our mind');
    expect(await config(home)).toBe(MINE);
    const unverified = await cli(['init', server.baseUrl, '--yes', '--no-verify'], { home, env });
    expect(unverified.code).toBe(0);
    // Where Codex refused the file before already, ours may stay.
    const kept = await cli(['init', server.baseUrl, '--yes', '--name', 'X'], { home, env });
    expect(kept).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('refused this config already before'),
    });
    expect(await config(home)).toContain('name = "X"');
  });

  test('the real Codex loads what was written', async () => {
    const [server, home] = [await standIn(), await scratch()];
    const { code, stdout } = await cli(['init', server.baseUrl, '--yes', '--json'], {
      home,
      env: { PATH: PATH_WITH_CODEX },
    });
    expect(code).toBe(0);
    expect(initDocument.parse(JSON.parse(stdout))).toMatchObject({
      ok: true,
      changed: true,
      warnings: [],
      files: [{ action: 'create', backup: null }],
      next: ['export LMDEPLOY_API_KEY=dummy', 'codex'],
    });
  });
});

test('nobody to ask: exit 2 and the flag is named, before anything is asked of the server', async () => {
  const [server, home] = [await standIn(), await scratch()];
  for (const args of [
    ['init', server.baseUrl],
    ['init', server.baseUrl, '--json'],
  ]) {
    const { code, stderr } = await cli(args, { home });
    expect(code).toBe(2);
    expect(stderr).toContain('--yes');
  }
  expect(server.requests).toEqual([]);
  await nothingIn(home);
});

test('a Codex that hangs does not hold up an end that came first', async () => {
  const [home, bin] = [await scratch(), await scratch()];
  await writeFile(join(home, 'config.toml'), MINE);
  const script =
    '#!/bin/sh\n[ "$1" = --version ] && { echo codex-cli 9.9.9; exit 0; }\necho $$ > "$CODEX_HOME/pid"\nsleep 600\n';
  await writeFile(join(bin, 'codex'), script, { mode: 0o755 });
  let answer: () => void = () => undefined;
  const address = await httpServer((_, response) => {
    answer = () => response.writeHead(404).end();
  });
  const ended = cli(['init', address, '--yes'], { home, env: { PATH: `${bin}:/usr/bin:/bin` } });
  await expect.poll(() => readdir(home)).toContain('pid');
  answer();
  expect((await ended).code).toBe(2);
  const pid = Number(await readFile(join(home, 'pid'), 'utf8'));
  await expect.poll(() => isAlive(pid)).toBe(false);
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test('Ctrl-C during a probe ends with 130, nothing written, no request left running', async () => {
  const home = await scratch();
  const abort = new AbortController();
  let closed = 0;
  const address = await httpServer((request) => {
    request.socket.on('close', () => {
      closed += 1;
    });
    abort.abort();
  });
  const { code } = await cli(['init', address, '--yes'], { home, signal: abort.signal });
  expect(code).toBe(130);
  await expect.poll(() => closed).toBeGreaterThan(0);
  await nothingIn(home);
});
