import { beforeEach, describe, expect, test } from 'vitest';
import { authority } from '../certificates.js';
import { scratch } from '../cli.js';
import { type Listener, listener } from '../listeners.js';
import { reach } from './reach.js';

// What each row expects is what Codex 0.169.0 does with the same answer; test/e2e/network.test.ts asks it.

let status: number;
let location: string | undefined;
let first: Listener;

/** Redirects what is below /v1, counts down below /hop, and takes a turn elsewhere. */
const answer: NonNullable<Parameters<typeof listener>[0]>['answer'] = ({ url = '' }, response) => {
  const hops = Number(/^\/hop\/(\d+)/.exec(url)?.[1] ?? 0);
  if (!url.startsWith('/v1/') && hops === 0) return false;
  const target = hops > 0 ? `/hop/${hops - 1}/responses` : location;
  response.writeHead(hops > 0 ? 307 : status, target === undefined ? {} : { location: target }).end();
  return true;
};

beforeEach(async () => {
  first = await listener({ answer });
});

async function redirected(to: string | undefined, by: number, env: Record<string, string> = {}) {
  [location, status] = [to, by];
  return reach(`http://127.0.0.1:${first.port}/v1`, env);
}

test.each([
  [301, '404', 'GET'],
  [302, '404', 'GET'],
  [303, '404', 'GET'],
  [307, 'turn', 'POST'],
  [308, 'turn', 'POST'],
])('%i to another path: %s, for it goes on as %s, with the key', async (by, expected, method) => {
  const { came, redirects } = await redirected('/llm/responses', by);
  expect(came).toBe(expected);
  expect(first.heard).toEqual(['POST /v1/responses key', `${method} /llm/responses key`]);
  const from = `http://127.0.0.1:${first.port}/v1/responses`;
  const to = `http://127.0.0.1:${first.port}/llm/responses`;
  const becameGet = method === 'GET';
  expect(redirects).toEqual([{ status: by, from, to, method: 'POST', becameGet, leftKey: false }]);
});

test.each([
  ['300', '/llm/responses', 300],
  ['304', '/llm/responses', 304],
  ['305', '/llm/responses', 305],
  ['307 without an address', undefined, 307],
  ['307 to what is no address', 'http://', 307],
])('%s is an answer, not a redirect', async (_, to, by) => {
  const { came, redirects } = await redirected(to, by);
  expect(came).toBe(String(by));
  expect(redirects).toEqual([]);
  expect(first.heard).toHaveLength(1);
});

describe('the key stays with its host and port', () => {
  test.each([
    ['another port', '127.0.0.1', 'http://127.0.0.1'],
    ['another host', '127.0.0.2', 'http://127.0.0.2'],
    ['another name of the same host', '127.0.0.1', 'http://localhost'],
    ['an address without a scheme', '127.0.0.2', '//127.0.0.2'],
    ['an address with a password in it', '127.0.0.1', 'http://me:secret@127.0.0.1'],
  ])('%s', async (_, host, to) => {
    const second = await listener({ host });
    const { came, redirects } = await redirected(`${to}:${second.port}/llm/responses`, 307);
    expect(came).toBe('turn');
    expect(second.heard).toEqual(['POST /llm/responses']);
    expect(redirects).toMatchObject([{ leftKey: true, becameGet: false }]);
    expect(JSON.stringify(redirects)).not.toContain('secret');
  });

  test('from http to https and back', async () => {
    const own = authority(await scratch(), 'ca');
    const tls = own.issue('server');
    const plain = await listener();
    const secure = await listener({ tls });
    const env = { CODEX_CA_CERTIFICATE: own.file };
    const up = await redirected(`https://127.0.0.1:${secure.port}/llm/responses`, 308, env);
    const back = await listener({ tls, answer });
    [location, status] = [`http://127.0.0.1:${plain.port}/llm/responses`, 307];
    const down = await reach(`https://127.0.0.1:${back.port}/v1`, env);
    expect([up.came, down.came]).toEqual(['turn', 'turn']);
    expect([...secure.heard, ...plain.heard]).toEqual(['POST /llm/responses', 'POST /llm/responses']);
    expect(down.redirects).toMatchObject([{ leftKey: true }]);
  });
});

test('ten redirects are followed, an eleventh is not', async () => {
  expect((await redirected('/hop/9/responses', 307)).came).toBe('turn');
  const eleven = await redirected('/hop/10/responses', 307);
  expect(eleven).toMatchObject({
    came: 'network',
    message: expect.stringContaining('redirects without end'),
  });
  expect(eleven.redirects).toHaveLength(10);
});

test('a redirect to something else than http(s) is refused', async () => {
  expect(await redirected('ftp://127.0.0.1/x', 307)).toMatchObject({
    came: 'network',
    message: expect.stringContaining('no http address'),
  });
});

test('each address on the way asks the proxy variables anew', async () => {
  const [second, proxy] = [await listener({ host: '127.0.0.2' }), await listener()];
  const env = { HTTP_PROXY: `http://127.0.0.1:${proxy.port}`, NO_PROXY: '127.0.0.1' };
  const to = `http://127.0.0.2:${second.port}/llm/responses`;
  expect((await redirected(to, 307, env)).came).toBe('turn');
  expect([first.heard.length, second.heard, proxy.heard]).toEqual([1, [], [`POST ${to}`]]);
});
