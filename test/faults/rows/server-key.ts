import type { ServerResponse } from 'node:http';
import { http } from '../../hostile/front.js';
import type { Fault } from '../fault.js';
import { passOn } from '../gateway.js';

const KEY = 'LMDEPLOY_API_KEY';

/** A key that somebody wants. */
export const SERVER_KEY: readonly Fault[] = [
  {
    what: 'a key that is not one of the server’s',
    set: (the) => {
      the.env[KEY] = 'wrong';
    },
    server: { apiKeys: ['right'] },
    check: 'server.key',
    status: 'fail',
    says: /refuses the key in LMDEPLOY_API_KEY/,
    cause: /LMDEPLOY_API_KEY|Unauthorized/,
  },
  {
    what: 'a key that is not one of LMDeploy 0.15’s',
    set: (the) => {
      the.env[KEY] = 'wrong';
    },
    server: { apiKeys: ['right'], release: '0.15' },
    check: 'server.key',
    status: 'fail',
    says: /refuses the key in LMDEPLOY_API_KEY: it says "Unauthorized"/,
    cause: /LMDEPLOY_API_KEY|Unauthorized/,
  },
  {
    what: 'no key for a server that wants one',
    set: (the) => {
      delete the.env[KEY];
    },
    server: { apiKeys: ['right'] },
    check: 'key.variable',
    status: 'fail',
    says: /LMDEPLOY_API_KEY is not set/,
    cause: /LMDEPLOY_API_KEY/,
  },
  {
    what: 'a whole header in place of the key that the server wants',
    set: (the) => {
      the.env[KEY] = 'Bearer right';
    },
    server: { apiKeys: ['right'] },
    check: 'key.variable',
    status: 'fail',
    says: /begins with "Bearer "/,
    cause: /LMDEPLOY_API_KEY/,
    mends: true,
  },
  {
    what: 'a config that names no variable, and a server that wants a key',
    set: async (the) => {
      the.env[KEY] = 'right';
      await the.edit(`env_key = "${KEY}"\n`, '');
    },
    server: { apiKeys: ['right'] },
    check: 'server.key',
    status: 'fail',
    says: /wants a key, and the config names no variable/,
    mends: true,
  },
  {
    what: 'a gateway that wants a key of its own',
    set: async (the) =>
      the.address(
        await http((_, response) =>
          response.writeHead(401, { 'content-type': 'text/plain' }).end('token expired'),
        ),
      ),
    check: 'server.key',
    status: 'fail',
    says: /A gateway before the server refuses the key in LMDEPLOY_API_KEY: it says "token expired"/,
  },
  {
    what: 'a gateway that wants a key for turns, and none for the list of models',
    set: async (the) => {
      const answer = (path: string, response: ServerResponse) =>
        path === '/v1/responses' &&
        response.writeHead(403, { 'content-type': 'text/plain' }).end('not your model');
      await the.address(await http(passOn(the.server.baseUrl, answer)));
    },
    check: 'server.key',
    status: 'fail',
    says: /A gateway before the server refuses the key .*"not your model" \(403\)/,
  },
  {
    what: 'a token in the block that is not one of the server’s',
    set: (the) => the.edit(`env_key = "${KEY}"`, 'experimental_bearer_token = "sk-1234"'),
    check: 'server.key',
    status: 'fail',
    says: /^(?!.*sk-1234).*refuses the key in .*config\.toml:10 \(experimental_bearer_token\)/,
    server: { apiKeys: ['right'] },
  },
  {
    what: 'a header in the block whose key is not one of the server’s',
    set: (the) =>
      the.edit(`env_key = "${KEY}"`, 'http_headers = { x = "y", authorization = "Bearer sk-1234" }'),
    check: 'server.key',
    status: 'fail',
    says: /^(?!.*sk-1234).*refuses the key in .*config\.toml:10 \(http_headers\.authorization\)/,
    server: { apiKeys: ['right'] },
  },
  {
    what: 'a header in the block that is no Bearer one',
    set: (the) => the.edit(`env_key = "${KEY}"`, 'http_headers = { Authorization = "sk-1234" }'),
    check: 'server.key',
    status: 'fail',
    says: /^(?!.*sk-1234).*http_headers\.Authorization in .*config\.toml:10 holds none that can be sent as "Bearer KEY"/,
    server: { apiKeys: ['right'] },
  },
];
