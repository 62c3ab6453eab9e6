import { createServer as createHttp2, createSecureServer } from 'node:http2';
import { createServer as createHttps } from 'node:https';
import { connect } from 'node:net';
import { createServer as createTls } from 'node:tls';
import { Worker } from 'node:worker_threads';
import { closedPort } from '../../sockets.js';
import { bytes, http, pour, tcp } from '../front.js';
import { later, listening } from '../ground.js';
import type { Row } from '../row.js';
import { certificate } from '../tls.js';

/** Servers that give no answer, and the words that name the cause. */
export const CONNECTIONS: readonly (Row & { words: RegExp })[] = [
  { name: 'nobody listens', serve: closedPort, words: /Nothing listens on .* \(connection refused\)/ },
  {
    name: 'the name is unknown',
    serve: async () => 'http://nobody.invalid:23333',
    words: /host name of nobody\.invalid:23333 is not known here/,
  },
  {
    name: 'no connection is ever taken',
    serve: full,
    timeout: 2,
    words: /did not take the connection in time/,
  },
  {
    name: 'a connection is taken, then silence',
    endless: true,
    serve: () => tcp(() => undefined),
    timeout: 1,
    words: /took the request and did not answer in time/,
  },
  {
    name: 'a TLS handshake that nobody answers',
    serve: async () => (await tcp(() => undefined)).replace('http', 'https'),
    timeout: 2,
    words: /did not take the connection in time/,
  },
  {
    name: 'each connection is closed at once',
    serve: () => tcp((socket) => socket.destroy()),
    words: /closed the connection/,
  },
  {
    name: 'each connection is reset',
    serve: () => bytes('', 'reset'),
    words: /closed the connection before its answer was whole/,
  },
  {
    name: 'the head comes one byte at a time',
    endless: true,
    serve: () => drip('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}'),
    timeout: 2,
    words: /did not answer in time/,
  },
  {
    name: 'the body comes one byte at a time',
    endless: true,
    serve: () => drip(' '.repeat(99), 'HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n'),
    timeout: 2,
    words: /began to answer and did not end in time/,
  },
  {
    name: 'headers without end',
    serve: () => forever('HTTP/1.1 200 OK\r\n', `x-more: ${'y'.repeat(500)}\r\n`),
    words: /answered with more than this tool is ready to read/,
  },
  {
    name: 'one header line without end',
    serve: () => forever('HTTP/1.1 200 OK\r\nx-endless: ', 'y'.repeat(5_000)),
    words: /answered with more than this tool is ready to read/,
  },
  {
    name: 'early hints without end',
    endless: true,
    serve: () => forever('', 'HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n'.repeat(50)),
    timeout: 1,
    words: /did not answer in time|ready to read/,
  },
  {
    name: 'another protocol: SSH',
    serve: () => bytes('SSH-2.0-OpenSSH_9.9\r\n'),
    words: /does not speak HTTP/,
  },
  { name: 'HTTP/0.9', serve: () => bytes('<html>It works!</html>\n'), words: /does not speak HTTP/ },
  { name: 'HTTP/2 only', serve: () => listening(createHttp2()), words: /does not speak HTTP/ },
  {
    name: 'HTTP/2 only, with TLS',
    serve: async () => listening(createSecureServer({ ...(await certificate('self-signed')) }), 'https'),
    words: /speaks HTTP\/2 alone over TLS/,
  },
  {
    name: 'an upgrade that nobody asked for',
    serve: () =>
      bytes('HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n'),
    words: /does not speak HTTP/,
  },
  {
    name: 'https asked of a plain port',
    serve: async () => (await http((_, response) => response.end())).replace('http', 'https'),
    words: /does not speak TLS/,
  },
  {
    name: 'http asked of a TLS port',
    serve: async () => listening(createTls(await certificate('good'))),
    words: /an https port asked with http|closed the connection/,
  },
  {
    name: 'http asked of an https server',
    serve: async () => listening(createHttps(await certificate('good'), (_, response) => response.end())),
    words: /an https port asked with http|closed the connection/,
  },
  {
    name: 'a certificate that signs itself',
    serve: () => secure('self-signed'),
    words: /certificate of 127\.0\.0\.1:\d+ is signed by itself/,
  },
  {
    name: 'a certificate of an unknown CA',
    serve: () => secure('good'),
    words: /certificate of .* is signed by nobody that this machine trusts/,
  },
  {
    name: 'a proxy that is not there',
    serve: () => http((_, response) => response.end()),
    env: async () => ({ HTTP_PROXY: 'http://127.0.0.1:1' }),
    words: /The proxy 127\.0\.0\.1:1, which HTTP_PROXY names, can't be reached/,
  },
  {
    name: 'a proxy that wants a login',
    serve: async () => 'http://server.invalid:23333',
    env: async () => ({ HTTP_PROXY: await http((_, response) => response.writeHead(407).end('Login')) }),
    words: /The proxy in front of server\.invalid:23333 wants a login \(407\)/,
  },
  {
    name: 'a proxy that wants a login for its tunnel',
    serve: async () => 'https://server.invalid:23333',
    env: async () => ({
      HTTPS_PROXY: await bytes('HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n'),
    }),
    words: /which HTTPS_PROXY names, refused the way to server\.invalid:23333 with 407/,
  },
  {
    name: 'a proxy that refuses the tunnel',
    serve: async () => 'https://server.invalid:23333',
    env: async () => ({ HTTPS_PROXY: await bytes('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n') }),
    words: /which HTTPS_PROXY names, refused the way to server\.invalid:23333 with 403/,
  },
];

async function secure(name: Parameters<typeof certificate>[0]): Promise<string> {
  return listening(
    createHttps(await certificate(name), (_, response) => response.end()),
    'https',
  );
}

/** A port whose queue is full: the kernel takes no more connections, and nobody empties it. */
async function full(): Promise<string> {
  const source = `
    const { parentPort } = require('node:worker_threads');
    const server = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
      parentPort.postMessage(server.address().port);
      setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
    });`;
  const worker = new Worker(source, { eval: true });
  later(() => worker.terminate());
  const port = await new Promise<number>((resolve) => worker.once('message', resolve));
  const fillers = Array.from({ length: 8 }, () => connect(port, '127.0.0.1').on('error', () => undefined));
  later(() => {
    for (const socket of fillers) socket.destroy();
  });
  await new Promise((resolve) => setTimeout(resolve, 200));
  return `http://127.0.0.1:${port}`;
}

/** Ten bytes a second: nothing stands still, and nothing ever comes to its end. */
function drip(text: string, first = ''): Promise<string> {
  return tcp((socket) => {
    socket.once('data', () => {
      socket.write(first);
      let at = 0;
      const timer = setInterval(() => socket.write(text[at++ % text.length] ?? ''), 100);
      socket.on('close', () => clearInterval(timer));
    });
  });
}

/** Begins with some bytes, and goes on with others without end. */
function forever(first: string, next: string): Promise<string> {
  return tcp((socket) => {
    socket.once('data', () => {
      socket.write(first);
      pour(socket, next);
    });
  });
}
