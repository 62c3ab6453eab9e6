import { beforeEach, describe, expect, test } from 'vitest';
import { type Listener, listener } from '../listeners.js';
import { closedPort, tcpServer } from '../sockets.js';
import { reach } from './reach.js';

// What each row expects is what Codex 0.169.0 does with the same environment; test/e2e/network.test.ts asks it.

const NAMED = 'http://gpu.lan.invalid:23333/v1';
let server: Listener;
let a: Listener;
let b: Listener;

beforeEach(async () => {
  [server, a, b] = await Promise.all([listener(), listener(), listener()]);
});

/** `A` and `B` stand for two proxies, `PORT` for the server's port. */
function filled(env: Record<string, string>): Record<string, string> {
  const places: [RegExp, string][] = [
    [/\bA\b/g, `127.0.0.1:${a.port}`],
    [/\bB\b/g, `127.0.0.1:${b.port}`],
    [/\bPORT\b/g, String(server.port)],
  ];
  const fill = (value: string) => places.reduce((text, [place, by]) => text.replace(place, by), value);
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, fill(value)]));
}

async function way(url: string, env: Record<string, string>): Promise<string> {
  const { came } = await reach(url, filled(env));
  if (a.heard.length > 0) return 'A';
  if (b.heard.length > 0) return 'B';
  return server.heard.length > 0 ? 'direct' : came;
}

const loopback = () => `http://127.0.0.1:${server.port}/v1`;

describe('which proxy an http address goes through', () => {
  test.each<[Record<string, string>, string]>([
    [{}, 'direct'],
    [{ HTTP_PROXY: 'http://A' }, 'A'],
    [{ http_proxy: 'http://A' }, 'A'],
    [{ HTTP_PROXY: 'http://A', http_proxy: 'http://B' }, 'A'],
    [{ HTTP_PROXY: '', http_proxy: 'http://B' }, 'direct'],
    [{ HTTP_PROXY: 'http://A', http_proxy: '' }, 'A'],
    [{ HTTP_PROXY: 'http://A', ALL_PROXY: 'http://B' }, 'A'],
    [{ HTTP_PROXY: '', ALL_PROXY: 'http://B' }, 'B'],
    [{ HTTP_PROXY: 'ftp://A', ALL_PROXY: 'http://B' }, 'B'],
    [{ ALL_PROXY: 'http://A', all_proxy: 'http://B' }, 'A'],
    [{ all_proxy: 'http://B' }, 'B'],
    [{ HTTPS_PROXY: 'http://A' }, 'direct'],
    [{ HTTP_PROXY: 'A' }, 'A'],
    [{ HTTP_PROXY: 'HTTP://A/some/path' }, 'A'],
    [{ HTTP_PROXY: 'http://A?x' }, 'A'],
    [{ HTTP_PROXY: 'A/path' }, 'direct'],
    [{ HTTP_PROXY: '//A' }, 'direct'],
    [{ HTTP_PROXY: 'http:A' }, 'direct'],
    [{ HTTP_PROXY: ' http://A' }, 'direct'],
    [{ HTTP_PROXY: 'http://' }, 'direct'],
    [{ HTTP_PROXY: '::::' }, 'direct'],
    [{ HTTP_PROXY: '*' }, 'direct'],
    [{ HTTP_PROXY: 'http://127.0.0.1:99999' }, 'proxy'],
    [{ HTTP_PROXY: 'nonsense.invalid' }, 'proxy'],
    [{ HTTP_PROXY: 'http://A', REQUEST_METHOD: 'GET' }, 'direct'],
    [{ ALL_PROXY: 'http://A', REQUEST_METHOD: '' }, 'direct'],
  ])('%j: %s', async (env, expected) => {
    expect(await way(loopback(), env)).toBe(expected);
  });

  test('the proxy gets the whole address, its own credentials and the key', async () => {
    await reach(NAMED, filled({ HTTP_PROXY: 'http://me:p%40ss@A' }));
    await reach(NAMED, filled({ HTTP_PROXY: 'me@A' }));
    const line = `POST ${NAMED}/responses key`;
    expect(a.heard).toEqual([`${line} Basic bWU6cEBzcw==`, `${line} Basic bWU6`]);
  });
});

describe('what NO_PROXY leaves out', () => {
  test.each([
    ['127.0.0.1', 'direct'],
    ['127.0.0.0/8', 'direct'],
    [' foo , 127.0.0.1 ', 'direct'],
    ['0.0.0.0/0', 'direct'],
    ['127.0.0.1/33', 'A'],
    ['127.0.0.1:PORT', 'A'],
    ['http://127.0.0.1', 'A'],
    ['*', 'A'],
    ['127.*', 'A'],
    ['localhost', 'A'],
    ['0.0.1', 'A'],
    ['foo 127.0.0.1', 'A'],
    ['foo;127.0.0.1', 'A'],
    ['', 'A'],
  ])('an address, %j: %s', async (list, expected) => {
    expect(await way(loopback(), { HTTP_PROXY: 'http://A', NO_PROXY: list })).toBe(expected);
  });

  test.each([
    ['gpu.lan.invalid', 'unknown-host'],
    ['GPU.Lan.Invalid', 'unknown-host'],
    ['lan.invalid', 'unknown-host'],
    ['.lan.invalid', 'unknown-host'],
    ['.gpu.lan.invalid', 'unknown-host'],
    ['invalid', 'unknown-host'],
    ['*', 'unknown-host'],
    ['x, *', 'unknown-host'],
    ['*.lan.invalid', 'A'],
    ['an.invalid', 'A'],
    ['gpu*', 'A'],
    ['gpu.lan.invalid:23333', 'A'],
    ['gpu.lan.invalid.', 'A'],
    ['x.gpu.lan.invalid', 'A'],
  ])('a name, %j: %s', async (list, expected) => {
    expect(await way(NAMED, { HTTP_PROXY: 'http://A', NO_PROXY: list })).toBe(expected);
  });

  test.each([
    ['::1', 'direct'],
    ['::1/128', 'direct'],
    ['::/0', 'direct'],
    ['0:0:0:0:0:0:0:1', 'direct'],
    ['[::1]', 'A'],
    ['127.0.0.1', 'A'],
  ])('an IPv6 address, %j: %s', async (list, expected) => {
    server = await listener({ host: '::1' });
    const env = { HTTP_PROXY: 'http://A', NO_PROXY: list };
    expect(await way(`http://[::1]:${server.port}/v1`, env)).toBe(expected);
  });

  test.each<[Record<string, string>, string]>([
    [{ no_proxy: '127.0.0.1' }, 'direct'],
    [{ NO_PROXY: 'x', no_proxy: '127.0.0.1' }, 'A'],
    [{ NO_PROXY: '', no_proxy: '127.0.0.1' }, 'A'],
    [{ NO_PROXY: '127.0.0.1', no_proxy: 'x' }, 'direct'],
  ])('%j: %s', async (env, expected) => {
    expect(await way(loopback(), { HTTP_PROXY: 'http://A', ...env })).toBe(expected);
  });
});

describe('a proxy that is of no use is named, with its variable', () => {
  test.each([
    ['nobody listens there', async () => (await closedPort()).slice(7), 'ECONNREFUSED'],
    ['its name is unknown', async () => 'proxy.invalid:3128', 'ENOTFOUND'],
  ])('%s', async (_, address, code) => {
    const host = await address();
    const { came, message } = await reach(NAMED, { HTTP_PROXY: `http://${host}` });
    expect(came).toBe('proxy');
    expect(message).toMatch(
      new RegExp(`^The proxy ${host}, which HTTP_PROXY names, can't be reached .(${code}|EAI)`),
    );
  });

  test.each([
    ['hangs up', () => tcpServer((socket) => socket.once('data', () => socket.destroy())), 'hung up'],
    [
      'refuses the tunnel',
      () => tcpServer((socket) => void socket.end('HTTP/1.1 407 No\r\n\r\n')),
      'with 407',
    ],
  ])('for https, one that %s, asked once', async (_, serve, why) => {
    const proxy = await serve();
    const { came, message } = await reach('https://gpu.lan.invalid/v1', { HTTPS_PROXY: proxy });
    expect({ came, message }).toEqual({ came: 'proxy', message: expect.stringContaining(why) });
    expect(message).toContain('HTTPS_PROXY');
  });

  test('a SOCKS proxy, to which Codex speaks HTTP', async () => {
    const bytes: Buffer[] = [];
    const proxy = await tcpServer((socket) =>
      socket.once('data', (data) => bytes.push(data) && socket.destroy()),
    );
    const { came, message } = await reach(NAMED, { ALL_PROXY: proxy.replace('http', 'socks5h') });
    expect({ came, message }).toEqual({ came: 'proxy', message: expect.stringContaining('SOCKS') });
    expect(String(bytes[0])).toMatch(/^POST http:\/\/gpu\.lan\.invalid:23333\/v1\/responses HTTP\/1\.1/);
  });

  test('a SOCKS port that takes HTTP too serves both', async () => {
    expect(await way(NAMED, { ALL_PROXY: 'socks5://A' })).toBe('A');
    expect(await way(loopback(), { ALL_PROXY: 'socks://B' })).toBe('A');
  });
});

test.each(['127.0.0.1', '::1'])('localhost is found where a server listens on %s alone', async (host) => {
  const { port } = await listener({ host });
  const { address } = await import('node:dns/promises').then((dns) =>
    dns
      .lookup('localhost', { all: true })
      .then((all) => all.find((one) => one.address === host) ?? { address: null }),
  );
  // Where the hosts file has no such line, neither Codex nor this program can know.
  expect((await reach(`http://localhost:${port}/v1`, {})).came).toBe(address === null ? 'refused' : 'turn');
});
