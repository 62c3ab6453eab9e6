import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findCodex } from '../../src/codex/installed.js';
import { runProgram } from '../../src/codex/program.js';
import { type Authority, authority, hashedName, LOOPBACK, selfSigned } from '../certificates.js';
import { context, PATH_WITH_CODEX, scratch } from '../cli.js';
import { type Listener, type ListenerOptions, listener } from '../listeners.js';
import { reach } from '../lmdeploy/reach.js';

type Environment = Record<string, string>;

let folder: string;
let ca: Authority;
let other: Authority;
let codexPath: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'codex-lmdeploy-network-'));
  [ca, other] = [authority(folder, 'ca'), authority(folder, 'other')];
  await mkdir(join(folder, 'hashed'));
  await copyFile(ca.file, join(folder, 'hashed', hashedName(ca)));
  await writeFile(join(folder, 'junk'), 'no certificate\n');
  codexPath =
    (await findCodex(context({ home: folder, env: { PATH: PATH_WITH_CODEX } }).context))?.path ?? '';
});

afterAll(() => rm(folder, { recursive: true }));

/** Whether one turn of the real Codex came to its end; without retries, and killed where it goes on waiting. */
async function codexReaches(baseUrl: string, env: Environment): Promise<boolean> {
  const home = await scratch();
  const provider = { name: 'x', base_url: baseUrl, wire_api: 'responses', env_key: 'KEY' };
  const values = [
    ...Object.entries(provider).map(([key, value]) => `model_providers.x.${key}="${value}"`),
    ...['request', 'stream'].map((name) => `model_providers.x.${name}_max_retries=0`),
    ...['model="m"', 'model_provider="x"'],
  ].flatMap((value) => ['-c', value]);
  const flags = ['--ephemeral', '--skip-git-repo-check', '--disable', 'unbounded_connection_retries'];
  const end = await runProgram(codexPath, ['exec', ...flags, ...values, 'hi'], {
    env: { PATH: PATH_WITH_CODEX, HOME: home, CODEX_HOME: home, KEY: 'sk', ...env },
    cwd: home,
    platform: process.platform,
    timeoutMs: 20_000,
    signal: new AbortController().signal,
  });
  return end.state === 'exited' && end.code === 0;
}

/** What each side of the comparison did: whether the turn came, and what every listener heard of it. */
async function compare(baseUrl: string, env: Environment, listeners: readonly Listener[]) {
  const heard = () =>
    // Codex has business of its own with other hosts meanwhile.
    listeners.map((one) => one.heard.splice(0).filter((line) => !/^CONNECT .*(github|chatgpt)/.test(line)));
  const codex = { reaches: await codexReaches(baseUrl, env), heard: heard() };
  const { came } = await reach(baseUrl, env);
  return { codex, ours: { reaches: came === 'turn', heard: heard() } };
}

async function expectBoth(
  reaches: boolean,
  baseUrl: string,
  env: Environment,
  listeners: readonly Listener[],
) {
  const { codex, ours } = await compare(baseUrl, env, listeners);
  expect(ours).toEqual(codex);
  expect(codex.reaches).toBe(reaches);
}

test.each<[string, boolean, () => Environment]>([
  ['no CA file', false, () => ({})],
  ['CODEX_CA_CERTIFICATE', true, () => ({ CODEX_CA_CERTIFICATE: ca.file })],
  ['SSL_CERT_FILE', true, () => ({ SSL_CERT_FILE: ca.file })],
  ['both', true, () => ({ CODEX_CA_CERTIFICATE: other.file, SSL_CERT_FILE: ca.file })],
  ['SSL_CERT_DIR', true, () => ({ SSL_CERT_DIR: join(folder, 'hashed') })],
  ['NODE_EXTRA_CA_CERTS', false, () => ({ NODE_EXTRA_CA_CERTS: ca.file })],
  ['a file that is none', false, () => ({ CODEX_CA_CERTIFICATE: join(folder, 'junk') })],
])('a private CA, named by %s: %s', async (_, reaches, env) => {
  const server = await listener({ tls: ca.issue('server') });
  await expectBoth(reaches, `https://127.0.0.1:${server.port}/v1`, env(), [server]);
});

test.each<[string, boolean, string[]]>([
  ['the CA file', true, ['basicConstraints=critical,CA:FALSE']],
  ['the CA file, though it says CA', false, []],
])('a certificate that signs itself, as %s: %s', async (_, reaches, extensions) => {
  const tls = selfSigned(folder, 'self', `subjectAltName=${LOOPBACK}`, ...extensions);
  const server = await listener({ tls });
  await expectBoth(reaches, `https://127.0.0.1:${server.port}/v1`, { CODEX_CA_CERTIFICATE: tls.file }, [
    server,
  ]);
});

test.each<[number, boolean, string]>([
  [301, false, 'the same host'],
  [307, true, 'the same host'],
  [302, false, 'another port'],
  [308, true, 'another port'],
])('a redirect by %i: %s (to %s)', async (status, reaches, where) => {
  const second = await listener();
  const origin = where === 'another port' ? `http://127.0.0.1:${second.port}` : '';
  const answer: ListenerOptions['answer'] = ({ url }, response) => {
    if (!url?.startsWith('/v1/')) return false;
    response.writeHead(status, { location: `${origin}/llm/responses` }).end();
    return true;
  };
  const first = await listener({ answer });
  await expectBoth(reaches, `http://127.0.0.1:${first.port}/v1`, {}, [first, second]);
});

/** Reaches means here: through the proxy or past it, as `heard` tells. */
test.each<[Environment, boolean]>([
  [{ HTTP_PROXY: 'http://PROXY' }, true],
  [{ HTTP_PROXY: 'http://me@PROXY', http_proxy: 'http://127.0.0.1:1' }, true],
  [{ HTTP_PROXY: '', http_proxy: 'http://127.0.0.1:1' }, true],
  [{ ALL_PROXY: 'http://127.0.0.1:1' }, false],
  [{ HTTP_PROXY: 'http://127.0.0.1:1', NO_PROXY: '127.0.0.0/8' }, true],
  [{ HTTP_PROXY: 'http://PROXY', NO_PROXY: '*' }, true],
  [{ HTTP_PROXY: 'http://PROXY', NO_PROXY: 'x 127.0.0.1' }, true],
  [{ HTTP_PROXY: 'ftp://PROXY' }, true],
  [{ HTTP_PROXY: 'http://PROXY', REQUEST_METHOD: 'GET' }, true],
  [{ ALL_PROXY: 'socks5h://127.0.0.1:1' }, false],
])('http and %j: %s', async (env, reaches) => {
  const [server, proxy] = [await listener(), await listener()];
  const filled = Object.entries(env).map(([name, text]) => [
    name,
    text.replace('PROXY', `127.0.0.1:${proxy.port}`),
  ]);
  await expectBoth(reaches, `http://127.0.0.1:${server.port}/v1`, Object.fromEntries(filled), [
    server,
    proxy,
  ]);
});

test('https goes through a proxy by CONNECT, with its credentials', async () => {
  const [server, proxy] = [await listener({ tls: ca.issue('tunnelled') }), await listener()];
  const env = { HTTPS_PROXY: `http://me:secret@127.0.0.1:${proxy.port}`, CODEX_CA_CERTIFICATE: ca.file };
  await expectBoth(true, `https://127.0.0.1:${server.port}/v1`, env, [server, proxy]);
});

test.each<[string, string, boolean]>([
  ['gpu.lan.invalid', 'gpu.lan.invalid', false],
  ['*', 'gpu.lan.invalid', false],
  ['*.lan.invalid', 'gpu.lan.invalid', true],
])('NO_PROXY=%s and %s, a name that only the proxy knows: %s', async (list, host, reaches) => {
  const proxy = await listener();
  const env = { HTTP_PROXY: `http://127.0.0.1:${proxy.port}`, NO_PROXY: list };
  await expectBoth(reaches, `http://${host}:23333/v1`, env, [proxy]);
});

test.each(['127.0.0.1', '::1'])('localhost, where a server listens on %s alone', async (host) => {
  const server = await listener({ host });
  const { codex, ours } = await compare(`http://localhost:${server.port}/v1`, {}, [server]);
  // Whether it is reached is for the hosts file to say.
  expect(ours).toEqual(codex);
  if (host === '127.0.0.1') expect(codex.reaches).toBe(true);
});
