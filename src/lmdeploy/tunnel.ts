import * as http from 'node:http';
import * as https from 'node:https';
import type { Socket } from 'node:net';
import type { buildConnector } from 'undici';
import { ProxyFailed, type ProxyServer } from './proxy.js';
import type { TrustOptions } from './trust.js';

type Options = Partial<TrustOptions> & { readonly timeout: number };

/**
 * Connects to https servers through a proxy, by CONNECT. Not undici's ProxyAgent, which asks a proxy that hangs up
 * again and again without a pause (7.30.2).
 */
export function tunnelThrough(
  build: typeof buildConnector,
  proxy: ProxyServer,
  options: Options,
): buildConnector.connector {
  const secure = build(options);
  return (target, callback) => {
    const { hostname, port } = new URL(`https://${target.host}`);
    open(proxy, `${hostname}:${port || 443}`, options).then(
      (socket) => secure({ ...target, httpSocket: socket as never }, callback),
      (error: Error) => callback(error, null),
    );
  };
}

/** @throws ProxyFailed */
async function open(proxy: ProxyServer, target: string, options: Options): Promise<Socket> {
  const authorization = proxy.authorization === null ? {} : { 'proxy-authorization': proxy.authorization };
  const { request } = proxy.origin.startsWith('https:') ? https : http;
  const asked = request(proxy.origin, {
    ...options,
    method: 'CONNECT',
    path: target,
    headers: { host: target, ...authorization },
    agent: false,
  });
  const { host } = new URL(proxy.origin);
  return new Promise((resolve, reject) => {
    const fail = (why: string) => {
      asked.destroy();
      reject(new ProxyFailed(`The proxy ${host}, which ${proxy.variable} names, ${why}.`));
    };
    asked.on('connect', ({ statusCode = 0 }, socket: Socket) => {
      if (statusCode >= 200 && statusCode < 300) return resolve(socket);
      socket.destroy();
      fail(`refused the way to ${target} with ${statusCode}`);
    });
    asked.on('timeout', () => fail('gave no answer in time'));
    asked.on('error', ({ code }: NodeJS.ErrnoException) =>
      fail(code === 'ECONNRESET' ? 'hung up without an answer' : `can't be reached (${code})`),
    );
    asked.end();
  });
}
