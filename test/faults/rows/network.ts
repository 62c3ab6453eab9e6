import { join } from 'node:path';
import { closedPort, httpServer } from '../../sockets.js';
import type { Fault } from '../fault.js';
import { passOn } from '../gateway.js';
import type { Machine } from '../machine.js';

/** A variable that names a proxy on which nothing listens. */
const deadProxy = (name: string) => async (the: Machine) => {
  the.env[name] = await closedPort();
};

/** A proxy that passes on what it is asked for. */
async function liveProxy(): Promise<string> {
  // What is asked of a proxy names the server.
  return httpServer(passOn('http://127.0.0.1'));
}

/** Proxies and CA files. */
export const NETWORK: readonly Fault[] = [
  ...['HTTP_PROXY', 'http_proxy', 'ALL_PROXY'].map(
    (name): Fault => ({
      what: `${name} names a proxy that is dead`,
      set: deadProxy(name),
      check: 'network.proxy',
      status: 'fail',
      says: new RegExp(`^${name} sends what is meant for http://127.*can't be reached.*without end`),
      cause: new RegExp(name),
      mends: true,
    }),
  ),
  {
    what: 'a dead proxy, and a no_proxy that is about another host',
    set: async (the) => {
      the.env['no_proxy'] = 'example.com';
      await deadProxy('http_proxy')(the);
    },
    check: 'network.proxy',
    status: 'fail',
    says: /^http_proxy sends/,
    cause: /http_proxy/,
    mends: true,
  },
  {
    what: 'a proxy that works catches this very machine',
    set: async (the) => {
      the.env['HTTP_PROXY'] = await liveProxy();
    },
    check: 'network.proxy',
    status: 'warn',
    says: /although it is on this machine/,
    cause: /HTTP_PROXY/,
    mends: true,
  },
  {
    what: 'a proxy that lets nothing through',
    set: async (the) => {
      the.env['HTTP_PROXY'] = await httpServer((_, response) => response.writeHead(403).end('not for you'));
    },
    check: 'network.proxy',
    status: 'fail',
    says: /the proxy 127\.0\.0\.1:\d+, where that leads nowhere: it answers with 403: not for you/,
    cause: /HTTP_PROXY/,
    mends: true,
  },
  {
    what: 'a proxy that can not reach this machine',
    set: async (the) => {
      the.env['HTTP_PROXY'] = await httpServer((_, response) => response.writeHead(502).end('no such host'));
    },
    check: 'network.proxy',
    status: 'fail',
    says: /leads nowhere: .*502: no such host/,
    cause: /HTTP_PROXY/,
    mends: true,
  },
  {
    what: 'a SOCKS proxy',
    set: (the) => {
      the.env['ALL_PROXY'] = 'socks5://127.0.0.1:1080';
    },
    check: 'network.proxy',
    status: 'fail',
    says: /SOCKS, which Codex does not speak/,
    cause: /ALL_PROXY/,
    mends: true,
  },
  {
    what: 'a CA file that is not there',
    set: (the) => {
      the.env['CODEX_CA_CERTIFICATE'] = join(the.folder, 'gone.pem');
    },
    check: 'network.proxy',
    status: 'warn',
    says: /CODEX_CA_CERTIFICATE names .*gone\.pem, which can't be read \(ENOENT\)/,
    cause: /CODEX_CA_CERTIFICATE/,
    mends: true,
  },
  {
    what: 'a CA file without a certificate',
    set: async (the) => {
      await the.write('empty.pem', 'nothing\n');
      the.env['SSL_CERT_FILE'] = join(the.folder, 'empty.pem');
    },
    check: 'network.proxy',
    status: 'warn',
    says: /SSL_CERT_FILE names .*holds no certificate/,
    cause: /SSL_CERT_FILE/,
    mends: true,
  },
];
