import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { describe, expect, onTestFinished, test } from 'vitest';
import { doctorDocument, frontDocument } from '../../src/documents.js';
import { routesFor } from '../../src/fleet/front.js';
import { haproxyConfig } from '../../src/fleet/haproxy.js';
import { nginxConfig } from '../../src/fleet/nginx.js';
import { greet, type Script } from '../../src/stand-in/script.js';
import { startStandIn } from '../../src/stand-in/server.js';
import { authority, type Certificate } from '../certificates.js';
import { cli, scratch } from '../cli.js';
import { checkFronts, type FrontName, programOf, startFront, unless } from '../contract/fronts.js';
import { freePort } from '../sockets.js';
import { front as gateway } from './front.js';

const WRITE = { nginx: nginxConfig, haproxy: haproxyConfig };

/** What is printed for servers; after a comma the model that one serves. */
function printed(name: FrontName, port: number, servers: readonly string[]): string {
  const served = servers.map((one) => {
    const [baseUrl = '', model = 'm'] = one.split(',');
    return { baseUrl, model };
  });
  return WRITE[name]({ port, routes: routesFor(served) });
}

/** A server on a free port, over TLS where a certificate is given; gone with the test. */
async function serve(answer: RequestListener, certificate?: Certificate): Promise<number> {
  const server =
    certificate === undefined ? createServer(answer) : createTlsServer({ ...certificate }, answer);
  await new Promise<void>((resolve) => server.listen(0, resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

async function started(name: FrontName, text: string, port: number): Promise<string> {
  onTestFinished(await startFront(name, text, port));
  return `http://127.0.0.1:${port}`;
}

/** A turn through a front: its status, and as much of the answer as came. */
async function turn(root: string): Promise<{ status: number; text: string }> {
  const headers = { 'session-id': 'a' };
  const answer = await fetch(`${root}/v1/responses`, { method: 'POST', headers, body: 'x'.repeat(45_000) });
  let text = '';
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const part = await reader?.read().catch(() => undefined);
    if (part === undefined || part.done) return { status: answer.status, text };
    text += part.value;
  }
}

const HEALTHY = JSON.stringify({ status: 'healthy', message: 'Engine is healthy.' });

describe.each<{ name: FrontName }>([{ name: 'nginx' }, { name: 'haproxy' }])('$name', ({ name }) => {
  describe.skipIf(programOf(name) === null)(`the real program${unless(name)}`, () => {
    test.each([
      ['one server', ['http://127.0.0.1:1/v1']],
      ['addresses of both kinds', ['http://127.0.0.1:1/v1', 'http://[::1]:1/v1']],
      ['a path', ['http://127.0.0.1:1/a/b-c/v1']],
      ['TLS', ['https://localhost:1/v1', 'https://localhost:2/v1']],
      ['two models', ['http://127.0.0.1:1/v1', 'http://127.0.0.1:2/v1,other/Model-1.5']],
    ])('finds what is printed right: %s', async (_, servers) => {
      const one = printed(name, 23_330, servers);
      // Two, as the tool itself proposes it for a server of another model.
      for (const texts of [[one], [one, printed(name, 23_331, servers)]])
        await rm(await checkFronts(name, texts), { recursive: true });
    });

    test('over TLS it asks for the name of the servers, and trusts only who signed their certificate', async () => {
      const folder = await scratch();
      const ours = authority(folder, 'ours');
      const others = authority(folder, 'others');
      const asked = new Set<unknown>();
      const port = await serve(({ socket }, answer) => {
        const tls = socket as TLSSocket;
        // A session that goes on names nobody again.
        if (!tls.isSessionReused()) asked.add(tls.servername);
        answer.end(HEALTHY);
      }, ours.issue('server'));
      for (const [{ file }, status] of [
        [ours, [200]],
        [others, [502, 503]],
      ] as const) {
        const own = await freePort();
        const text = printed(name, own, [`https://localhost:${port}/v1`]).replace(
          /@system-ca|\/etc\/ssl\/certs\S+(?=;)/,
          file,
        );
        const root = await started(name, text, own);
        expect(status).toContain((await fetch(`${root}/v1/models`)).status);
      }
      expect([...asked]).toEqual(['localhost']);
    });

    test('what stands there as comments does what they say', async () => {
      const folder = await scratch();
      const ca = authority(folder, 'ours');
      const { key, cert } = ca.issue('front');
      // HAProxy wants both in one file, and nginx does not mind.
      await writeFile(join(folder, 'front.pem'), Buffer.concat([cert, key]));
      const port = await serve((_, answer) => void answer.end(HEALTHY));
      const own = await freePort();
      const tls = printed(name, own, [`http://127.0.0.1:${port}/v1`])
        .replace(/^ +(listen|bind) .*\n/m, '')
        .replace(/# (listen|bind|ssl_)/g, '$1')
        .replaceAll('/etc/ssl/front.', join(folder, 'front.'));
      const deny = tls.replace(/# (allow|deny|http-request)/g, '$1');
      for (const [text, status] of [
        [tls, 200],
        [deny, 403],
        [deny.replace('10.0.0.0/8', '127.0.0.0/8'), 200],
      ] as const) {
        const end = await startFront(name, text, own);
        const asked = request({
          host: '127.0.0.1',
          port: own,
          path: '/v1/models',
          ca: ca.cert,
          agent: false,
        });
        const [{ statusCode }] = await once(asked.end(), 'response').finally(end);
        expect(statusCode).toBe(status);
      }
    });

    test('each turn has a connection of its own to the server', async () => {
      const from: unknown[] = [];
      const port = await serve(({ socket, url }, answer) => {
        if (url === '/v1/responses') from.push(socket.remotePort);
        answer.end(HEALTHY);
      });
      const own = await freePort();
      const root = await started(name, printed(name, own, [`http://127.0.0.1:${port}/v1`]), own);
      for (let count = 0; count < 3; count += 1) expect((await turn(root)).status).toBe(200);
      expect(new Set(from).size).toBe(3);
    });

    test('a turn goes to another server as long as nothing of its answer has come, and not later', async () => {
      let begins = false;
      const turns = [0, 0];
      const ports = await Promise.all(
        turns.map((_, index) =>
          serve((request, answer) => {
            if (request.method === 'GET') return void answer.end(HEALTHY);
            request.resume().on('end', () => {
              turns[index] = (turns[index] ?? 0) + 1;
              const isFirst = turns.reduce((sum, one) => sum + one) === 1;
              if (begins) answer.write('begun');
              if (begins) setTimeout(() => answer.destroy(), 100);
              else if (isFirst) answer.destroy();
              else answer.end('whole');
            });
          }),
        ),
      );
      const own = await freePort();
      const servers = ports.map((port) => `http://127.0.0.1:${port}/v1`);
      const root = await started(name, printed(name, own, servers), own);
      expect(await turn(root)).toEqual({ status: 200, text: 'whole' });
      turns.fill(0);
      begins = true;
      expect(await turn(root)).toEqual({ status: 200, text: 'begun' });
      expect(turns.reduce((sum, one) => sum + one)).toBe(1);
    });

    test('servers behind a gateway that keeps /health to itself are used', async () => {
      const server = await startStandIn();
      onTestFinished(() => server.close());
      const behind = await gateway([server.baseUrl], { onlyV1: true });
      const own = await freePort();
      const ran = await cli(['print', name, '--server', behind, '--port', `${own}`, '--json'], {
        home: await scratch(),
      });
      const { text } = frontDocument.parse(JSON.parse(ran.stdout));
      const root = await started(name, text, own);
      // HAProxy asks for health within its first three seconds, and one failure is enough at its start (2.6).
      const until = Date.now() + (name === 'haproxy' ? 5_000 : 0);
      do {
        expect((await fetch(`${root}/v1/models`)).status).toBe(200);
        await new Promise((resolve) => setTimeout(resolve, 500));
      } while (Date.now() < until);
    });
  });
});

describe.skipIf(programOf('nginx') === null)(`doctor, behind the real nginx${unless('nginx')}`, () => {
  const talks: Script = (turn) =>
    turn.lastUserMessage.includes('1 to 100') ? { text: 'seven '.repeat(120) } : greet(turn);

  test.each([
    [
      'as it is printed',
      /$^/,
      { sticky: ['pass', /^6 sessions/], streams: ['pass', /first event came after/] },
    ],
    ['without stickiness', /hash .*;/, { sticky: ['warn', /met more than one server/] }],
    [
      'with what nginx 1.22 does unasked',
      /proxy_(buffering off|http_version 1\.1);/g,
      { streams: ['warn', /in \d+ pieces, from the server itself in \d+/] },
    ],
  ])('%s', async (_, leftOut, found) => {
    const servers = await Promise.all(
      [1, 2].map(async () => {
        const server = await startStandIn({ script: talks });
        onTestFinished(() => server.close());
        // As slow as a model speaks.
        return gateway([server.baseUrl], { pace: 8 });
      }),
    );
    const own = await freePort();
    const root = await started('nginx', printed('nginx', own, servers).replace(leftOut, ''), own);
    const named = servers.flatMap((server) => ['--server', server]);
    const ran = await cli(['doctor', root, ...named, '--only', 'fleet', '--json'], { home: await scratch() });
    const { checks } = doctorDocument.parse(JSON.parse(ran.stdout));
    for (const [id, [status, says]] of Object.entries(found))
      expect(checks.find((check) => check.id === `fleet.${id}`)).toMatchObject({
        status,
        detail: expect.stringMatching(says ?? ''),
      });
  });
});
