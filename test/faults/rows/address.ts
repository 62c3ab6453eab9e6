import { createServer as createTlsServer } from 'node:https';
import { bytes, http, relay, tcp } from '../../hostile/front.js';
import { listening } from '../../hostile/ground.js';
import { certificate } from '../../hostile/tls.js';
import type { Fault } from '../fault.js';
import type { Machine } from '../machine.js';
import { MODEL } from '../machine.js';
import { thinking } from './launch.js';

/** Codex is told of this address, and does not wait long there. */
const at = (root: () => Promise<string> | string) => async (the: Machine) => {
  the.args = ['--timeout', '2'];
  await the.address(await root());
};

/** An LMDeploy behind a certificate. */
const behind = (name: Parameters<typeof certificate>[0]) => async (the: Machine) => {
  const server = createTlsServer(await certificate(name), await relay(() => false, { models: [MODEL] }));
  await the.address(await listening(server, 'https'));
};

/** Nobody answers there, or somebody else. */
export const ADDRESS: readonly Fault[] = [
  {
    what: 'no server is running',
    set: (the) => the.server.close(),
    speaks: thinking,
    check: 'server.reachable',
    status: 'fail',
    says: /Nothing listens on 127\.0\.0\.1:\d+/,
    cause: /connect failed|Nothing listens/,
    mends: true,
  },
  {
    what: 'a host name that nobody knows',
    set: at(() => 'http://lmdeploy.invalid:23333'),
    check: 'server.reachable',
    status: 'fail',
    says: /host name of lmdeploy\.invalid:23333 is not known/,
    cause: /lmdeploy\.invalid/,
  },
  {
    what: 'a host to which no way leads',
    set: at(() => 'http://192.0.2.1:23333'),
    check: 'server.reachable',
    status: 'fail',
    says: /192\.0\.2\.1:23333/,
    cause: /192\.0\.2\.1/,
  },
  {
    what: 'a server that takes the request and says nothing, as one that loads its model',
    set: at(() => tcp(() => undefined)),
    check: 'server.reachable',
    status: 'fail',
    says: /did not answer in time/,
    cause: /timed out|did not answer in time/,
  },
  {
    what: 'a port that hangs up',
    set: at(() => tcp((socket) => socket.destroy())),
    check: 'server.reachable',
    status: 'fail',
    says: /closed the connection/,
    cause: /request failed|closed the connection/,
  },
  {
    what: 'the port of an SSH server',
    set: at(() => bytes('SSH-2.0-OpenSSH_9.2p1\r\n')),
    check: 'server.reachable',
    status: 'fail',
    says: /does not speak HTTP/,
    cause: /request failed|does not speak HTTP/,
  },
  {
    what: 'the port of another API',
    set: at(() =>
      http((_, response) =>
        response.writeHead(404, { 'content-type': 'application/json' }).end('{"detail":"Not Found"}'),
      ),
    ),
    check: 'server.kind',
    status: 'fail',
    says: /answers with HTTP 404: Not Found; that is no LMDeploy/,
    cause: /HTTP 404/,
  },
  {
    what: 'a login page in front',
    set: at(() =>
      http((_, response) =>
        response
          .writeHead(200, { 'content-type': 'text/html' })
          .end('<!doctype html><html><head><title>Sign in</title></head></html>'),
      ),
    ),
    check: 'server.kind',
    status: 'fail',
    says: /an HTML page \("Sign in"\)/,
  },
  {
    what: 'a gateway that asks for a user name and a password',
    set: at(() =>
      http((_, response) => response.writeHead(401, { 'www-authenticate': 'Basic realm="gpu"' }).end()),
    ),
    check: 'server.kind',
    status: 'fail',
    says: /asks for a user name and a password/,
  },
  {
    what: 'the server has moved',
    set: async (the) => {
      const to = the.server.baseUrl.replace('/v1', '');
      const from = await http(({ url }, response) => response.writeHead(308, { location: to + url }).end());
      await the.address(from);
    },
    check: 'server.reachable',
    status: 'warn',
    says: /\/v1\/models redirects to http:\/\/127\.0\.0\.1:\d+\/v1\/models \(308\)/,
    cause: /redirect/,
    mends: true,
  },
  {
    what: 'https to a server that speaks plain http',
    set: (the) => the.address(the.server.baseUrl.replace('http:', 'https:').replace('/v1', '')),
    check: 'server.reachable',
    status: 'fail',
    says: /TLS/,
    cause: /TLS/,
  },
  {
    what: 'http to a server that speaks TLS',
    set: async (the) => {
      const server = createTlsServer(await certificate('good'), await relay(() => false));
      await the.address((await listening(server, 'https')).replace('https:', 'http:'));
    },
    check: 'server.reachable',
    status: 'fail',
    says: /closed the connection|https port asked with http/,
    cause: /request failed|closed the connection|https port asked with http/,
  },
  {
    what: 'a certificate that signs itself',
    set: behind('self-signed'),
    check: 'server.reachable',
    status: 'fail',
    says: /certificate of 127\.0\.0\.1:\d+ .*self/,
    cause: /certificate/,
  },
  {
    what: 'a certificate of a CA that is not known here',
    set: behind('good'),
    check: 'server.reachable',
    status: 'fail',
    says: /certificate of 127\.0\.0\.1:\d+ /,
    cause: /certificate validation|certificate of/,
  },
];
