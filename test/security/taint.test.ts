import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startBridge } from '../../src/bridge/server.js';
import { startStandIn } from '../../src/stand-in/server.js';
import { quoteScalar } from '../../src/toml/quote.js';
import { cli, context, PATH_WITH_CODEX } from '../cli.js';
import { folder, later } from '../hostile/ground.js';
import { commands, linesOf } from './command-lines.js';
import { echo, hits, PLACES } from './echo.js';
import { expectClean, randomKey } from './secret.js';

const KEY = randomKey();
const IN_ADDRESS = `http://user:${encodeURIComponent(KEY)}@127.0.0.1:9`;

/** Writes down every command line that this program starts; of `exec --json` it repeats what it was told. */
const RECORDING_CODEX = `#!/bin/sh
{ /bin/cat /proc/$$/cmdline; echo; /bin/cat /proc/$PPID/cmdline; echo; } >> "\${0%/*}/../argv.log"
case "$*" in
  "debug prompt-input"*|*" debug prompt-input "*) /usr/bin/env >> "\${0%/*}/../judge.log";;
  *--json*) echo "{\\"type\\":\\"error\\",\\"message\\":\\"$CODEX_LMDEPLOY_LIVE_0 $CODEX_LMDEPLOY_LIVE_1\\"}"
    echo "Error: $LMDEPLOY_API_KEY $OTHER_HEADER $CODEX_LMDEPLOY_LIVE_0" >&2; exit 1;;
  --version) echo codex-cli 0.169.0;;
esac
`;

/** A user's config with the key at every place that Codex knows for one. */
const CONFIG = `# mine
model = "tiny"
model_provider = "PROVIDER"
[model_providers.PROVIDER]
name = "Mine"
base_url = "URL"
wire_api = "responses"
CREDENTIALS
[model_providers.elsewhere]
name = "Elsewhere"
base_url = ${quoteScalar(`${IN_ADDRESS}/v1?api_key=${encodeURIComponent(KEY)}`)}
experimental_bearer_token = ${quoteScalar(KEY)}
http_headers = { Authorization = ${quoteScalar(`Bearer ${KEY}`)}, "X-Key" = ${quoteScalar(KEY)} }
env_http_headers = { "X-Other" = "OTHER_HEADER" }
query_params = { "api-version" = "1", key = ${quoteScalar(KEY)} }
[mcp_servers.mine]
command = "true"
args = ["--api-key", ${quoteScalar(KEY)}]
env = { TOKEN = ${quoteScalar(KEY)} }
`;

const CREDENTIALS: Readonly<Record<string, string>> = {
  'a variable': 'env_key = "LMDEPLOY_API_KEY"',
  'the key as the variable’s name': `env_key = ${quoteScalar(KEY)}`,
  'a token': `experimental_bearer_token = ${quoteScalar(KEY)}`,
  headers: `http_headers = { Authorization = ${quoteScalar(`Bearer ${KEY}`)}, "X-Key" = ${quoteScalar(KEY)} }\nenv_http_headers = { "X-Other" = "OTHER_HEADER" }`,
  'query parameters': `query_params = { key = ${quoteScalar(KEY)} }`,
  'an address': `# https://user:${KEY.replace('/', '')}@host`,
};

/** A user's machine with the key all over it. */
async function machine(url: string, credentials = CREDENTIALS['a variable'] ?? '', provider = 'lmdeploy') {
  const root = await folder();
  const [home, bin, temporaryFolder, cache] = ['home', 'bin', 'tmp', 'cache'].map((name) =>
    join(root, name),
  ) as [string, string, string, string];
  for (const path of [home, bin, temporaryFolder, cache]) await mkdir(path, { mode: 0o700 });
  const config = CONFIG.replaceAll('PROVIDER', provider)
    .replace('URL', url)
    .replace('CREDENTIALS', () => credentials);
  await writeFile(join(home, 'config.toml'), config);
  await writeFile(join(bin, 'codex'), RECORDING_CODEX, { mode: 0o755 });
  const env = {
    PATH: bin,
    LMDEPLOY_API_KEY: KEY,
    OTHER_HEADER: KEY,
    HTTP_PROXY: IN_ADDRESS,
    https_proxy: IN_ADDRESS,
    NO_PROXY: '127.0.0.1',
    XDG_CACHE_HOME: cache,
    NO_COLOR: '1',
  };
  const run = async (args: readonly string[], more: Record<string, string> = {}) => {
    // A server of ours in the foreground goes on until it is told to end.
    const endless = args[0] === 'bridge';
    const signal = AbortSignal.timeout(endless ? 800 : 30_000);
    const ran = await cli(args, { home, temporaryFolder, signal, env: { ...env, ...more } });
    const line = args.join(' ').replaceAll(url, 'URL');
    expectClean(ran.stdout, KEY, `stdout of ${line}`);
    expectClean(ran.stderr, KEY, `stderr of ${line}`);
    expect(ran.stderr, line).not.toContain('bug of codex-lmdeploy');
    return ran;
  };
  return { root, home, temporaryFolder, cache, run };
}

/** Every file but the user's own config, Codex's and the byte copies. */
async function expectCleanFiles({ root, home, temporaryFolder }: Awaited<ReturnType<typeof machine>>) {
  // But for what demo --keep is asked for.
  expect((await readdir(temporaryFolder)).filter((name) => !name.includes('-demo-'))).toEqual([]);
  for (const name of await readdir(root, { recursive: true })) {
    const path = join(root, name);
    const info = await stat(path);
    // What Codex is told of the environment is looked at by itself.
    if (!info.isFile() || [join(home, 'config.toml'), join(root, 'judge.log')].includes(path)) continue;
    if (!name.includes('/backup/')) expectClean(await readFile(path, 'utf8'), KEY, name);
    if (name.startsWith('home/codex-lmdeploy/')) expect([name, info.mode & 0o777]).toEqual([name, 0o600]);
  }
}

describe.concurrent('with the key in every place, no output, command line or file of ours holds it', () => {
  test.each(commands().map((command) => [command.name(), command] as const))(
    '%s, with each option',
    async (_, command) => {
      const server = await startStandIn({
        models: ['tiny'],
        apiKeys: [KEY],
        script: () => ({ text: `Your key is ${KEY}.` }),
      });
      later(() => server.close());
      const its = await machine(server.baseUrl);
      for (const args of linesOf(command, { url: server.baseUrl, home: its.home })) await its.run(args);
      await expectCleanFiles(its);
    },
  );

  test.each(Object.entries(CREDENTIALS))('the provider’s own credentials: %s', async (_, credentials) => {
    const server = await startStandIn({ models: ['tiny'], apiKeys: [KEY] });
    later(() => server.close());
    const its = await machine(server.baseUrl, credentials);
    const dry = await its.run([
      'init',
      server.baseUrl,
      '--dry-run',
      '--name',
      'Other',
      '--context-window',
      '40000',
      '--offline',
    ]);
    expect(dry.stdout).toContain('+name = "Other"');
    for (const line of [
      ['init', '--yes', '--verbose', '--name', 'Some'],
      ['init', '--yes', '--json', '--name', 'Some other', '--force'],
      ['init', '--yes', '--offline', '--name', 'Third', '--profile', 'other'],
      ['doctor', '--verbose', '--live'],
      ['doctor', '--json'],
      ['models', '--verbose'],
      ['env'],
      ['print', 'provider', '--offline'],
      ['print', 'profile', '--offline', '--json'],
      ['run', '--verbose', '--', 'exec', 'hi'],
    ])
      await its.run(line);
    await expectCleanFiles(its);
    await its.run(['remove', '--all', '--dry-run', '--json']);
    await its.run(['remove', '--all', '--yes']);
    await expectCleanFiles(its);
  });

  test('the address of another provider, which init replaces and remembers', async () => {
    const server = await startStandIn({ models: ['tiny'] });
    later(() => server.close());
    const its = await machine(IN_ADDRESS);
    await its.run(['doctor', '--verbose']);
    await its.run(['doctor', '--json']);
    await its.run(['init', server.baseUrl, '--yes', '--verbose']);
    await its.run(['init', server.baseUrl, '--yes', '--json', '--name', 'X']);
    await expectCleanFiles(its);
    await its.run(['doctor', '--json']);
    await writeFile(
      join(its.home, 'config.toml'),
      `model_provider = "lmdeploy"\n[model_providers.lmdeploy]\nbase_url = "${IN_ADDRESS}\n`,
    );
    for (const args of [['doctor'], ['init', '--yes'], ['models', '--json'], ['remove', '--yes'], ['env']])
      await its.run(args);
  });

  test.each([
    ['a password', IN_ADDRESS],
    ['one that is not encoded', `http://user:${KEY}@127.0.0.1:9`],
    ['no scheme', `user:${KEY}@127.0.0.1:9/v1`],
    ['a port that is none', `${IN_ADDRESS}9999999`],
    ['a query', `http://127.0.0.1:9/v1?key=${encodeURIComponent(KEY)}`],
  ])('an address with %s', async (_, address) => {
    const its = await machine('http://127.0.0.1:9/v1');
    for (const command of ['init', 'doctor', 'models']) {
      await its.run([command, address, '--json', '--yes']);
      await its.run([command, '--base-url', address, '--yes']);
      await its.run([command, '--verbose', '--yes'], { LMDEPLOY_BASE_URL: address });
    }
    await its.run(['run', address]);
    await its.run(['run'], { LMDEPLOY_BASE_URL: address });
    await its.run(['init', `--api-key=${KEY.replace(/["',\s]/g, '')}`]);
    await expectCleanFiles(its);
  });

  test.each(PLACES)('a server that repeats it %s', async (place) => {
    const url = await echo(place, KEY);
    const its = await machine(`${url}/v1`);
    for (const args of every(url)) await its.run(args);
    await expectCleanFiles(its);
    expect(hits).toContain(place);
  });

  test.each(PLACES)('a proxy that repeats its password %s', async (place) => {
    const url = await echo(place, KEY);
    const proxy = url.replace('//', `//user:${encodeURIComponent(KEY)}@`);
    const its = await machine('http://lmdeploy.invalid/v1');
    for (const args of every('http://lmdeploy.invalid/v1'))
      await its.run(args, { HTTP_PROXY: proxy, LMDEPLOY_API_KEY: '', NO_PROXY: '' });
    await expectCleanFiles(its);
    expect(hits).toContain(place);
  });
});

test.each(PLACES)(
  'a bridge to a server that repeats it %s: neither its log nor what it says of a failure',
  async (place) => {
    const upstream = `${await echo(place, KEY)}/v1`;
    const lines: string[] = [];
    const { context: its } = context({ home: await folder() });
    const bridge = await startBridge(its, {
      upstream,
      model: null,
      port: 0,
      log: (line) => lines.push(line),
    });
    later(() => bridge.close());
    for (const body of ['{"model":"tiny","input":[],"stream":true}', '{"model":"tiny"', '[]']) {
      const response = await fetch(`${bridge.baseUrl}/responses`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${KEY}` },
        body,
      });
      const text = await response.text();
      if (body.includes('stream') && response.status >= 400)
        expectClean(text, KEY, `what Codex prints of ${response.status}`);
    }
    expectClean(lines.join('\n'), KEY, 'the log');
    expect(hits).toContain(place);
  },
);

test.each(['http_headers', 'query_params', 'env_http_headers', 'auth'])(
  'what the real Codex says of a key that is in no variable, where %s has something else',
  async (name) => {
    const server = await startStandIn({ models: ['tiny'] });
    later(() => server.close());
    const own = randomKey();
    const its = await machine(server.baseUrl, `${name} = ${quoteScalar(own)}`);
    for (const args of [
      ['doctor', '--json', '--only', 'config.accepted'],
      ['init', server.baseUrl, '--yes', '--name', 'Other'],
    ]) {
      const { stdout, stderr } = await its.run(args, { PATH: PATH_WITH_CODEX });
      expect(stdout + stderr).toContain('invalid type: string');
      expectClean(stdout + stderr, own, args.join(' '));
    }
  },
);

/** Every command that talks to a server. */
function every(url: string): string[][] {
  return [
    ['init', url, '--yes', '--verbose'],
    ['init', url, '--yes', '--json', '--force', '--model', 'tiny'],
    ['doctor', url, '--verbose'],
    ['doctor', url, '--json'],
    ['models', url, '--verbose'],
    ['models', url, '--json'],
    ['print', 'provider', url, '--json'],
    ['run', '--base-url', url, '--verbose', '--model', 'tiny', '--', 'exec', 'hi'],
  ];
}

test('Codex as a judge gets no key, in whichever variable the config expects one', async () => {
  const server = await startStandIn({ models: ['tiny'], apiKeys: [KEY] });
  later(() => server.close());
  const its = await machine(server.baseUrl, CREDENTIALS['headers']);
  await chmod(join(its.root, 'bin/codex'), 0o755);
  await its.run(['doctor', '--only', 'config.accepted'], { HTTP_PROXY: '', https_proxy: '' });
  const log = await readFile(join(its.root, 'judge.log'), 'utf8');
  expect(log).toContain('CODEX_HOME=');
  expectClean(log, KEY, 'the environment of codex debug prompt-input');
});
