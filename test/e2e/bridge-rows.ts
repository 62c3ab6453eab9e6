import type { ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { StandInOptions } from '../../src/stand-in/server.js';
import { startStandIn } from '../../src/stand-in/server.js';
import { MODEL } from '../codex-through.js';
import { front, http, streams } from '../hostile/front.js';
import { later, listening } from '../hostile/ground.js';
import { certificate } from '../hostile/tls.js';
import { closedPort } from '../sockets.js';

/** A server in trouble, and what a person who runs Codex is told of it. */
export interface Symptom {
  readonly what: string;
  readonly serve: () => Promise<string>;
  readonly says: RegExp;
  readonly remedy: RegExp;
  /** What doctor says of it too, word for word. */
  readonly asDoctor?: 'both' | 'sentence' | 'remedy';
  /** The bridge's environment. */
  readonly env?: Record<string, string>;
  readonly key?: string;
}

const standIn = (options: StandInOptions) => async () => {
  const server = await startStandIn({ models: [MODEL], ...options });
  later(() => server.close());
  return server.baseUrl;
};

const turns = (answer: Parameters<typeof streams>[0]) => () =>
  front(({ path, body }, response) => path === '/v1/responses' && answer(response, body), {
    models: [MODEL],
  });

/** Streams without an item, and what becomes of them then. */
const cut = (end: (response: ServerResponse) => unknown) => () =>
  streams(
    (response, sse) => {
      response.writeHead(200, SSE).write(sse.slice(0, sse.indexOf('event: response.output_item.added')));
      end(response);
    },
    { models: [MODEL] },
  );

const SSE = { 'content-type': 'text/event-stream' };
const LAUNCH = /^lmdeploy serve api_server Qwen\/Qwen3\.5-35B-A3B --tool-call-parser qwen3coder /;
const SERVER_LOG = /^Look at the log of lmdeploy serve api_server; it names the cause\.$/;

export const SYMPTOMS: readonly Symptom[] = [
  {
    what: 'a server that is down',
    serve: closedPort,
    says: /^Nothing listens on 127\.0\.0\.1:\d+ \(connection refused\)\.$/,
    remedy: LAUNCH,
    asDoctor: 'both',
  },
  {
    what: 'a host that nobody knows',
    serve: async () => 'http://nobody.invalid:23333',
    says: /^The host name of nobody\.invalid:23333 is not known here\.$/,
    remedy: /^Check the (name|address)/,
    asDoctor: 'both',
  },
  {
    what: 'a certificate that nobody trusts',
    serve: async () =>
      listening(
        createServer(await certificate('good'), () => undefined),
        'https',
      ),
    says: /^The certificate of 127\.0\.0\.1:\d+ is signed by nobody that this machine trusts\.$/,
    remedy: /CODEX_CA_CERTIFICATE/,
    asDoctor: 'both',
  },
  {
    what: 'a proxy that is not there',
    serve: standIn({}),
    env: { HTTP_PROXY: 'http://127.0.0.1:1' },
    says: /^The proxy 127\.0\.0\.1:1, which HTTP_PROXY names, can't be reached \(ECONNREFUSED\)\.$/,
    remedy: /NO_PROXY/,
  },
  {
    what: 'an engine that sleeps',
    serve: standIn({ asleep: true }),
    says: /^The engine sleeps: Engine is sleeping; call POST \/wakeup/,
    remedy: /^curl -X POST .*\/wakeup {3}# wakes it$/,
    asDoctor: 'both',
  },
  {
    what: 'a key that is missing',
    serve: standIn({ apiKeys: ['sk-the-right-one'] }),
    says: /^The server wants a key, and Codex sends none: it says "Unauthorized\." \(401\)\.$/,
    remedy: /^export LMDEPLOY_API_KEY=KEY {3}# one of those that the server was given as --api-keys$/,
  },
  {
    what: 'a key that is wrong',
    serve: standIn({ apiKeys: ['sk-the-right-one'], release: '0.14' }),
    key: 'sk-the-wrong-one',
    says: /^The server refuses the key that Codex sends: it says "Unauthorized" \(401\)\.$/,
    remedy: /^export LMDEPLOY_API_KEY=KEY {3}# one of those that the server was given as --api-keys$/,
    asDoctor: 'remedy',
  },
  {
    what: 'a gateway that says 403 and repeats the key',
    serve: () =>
      http((request, response) =>
        response.writeHead(403).end(`No entry for ${request.headers.authorization}`),
      ),
    key: 'sk-the-wrong-one',
    says: /^A gateway before the server refuses the key that Codex sends: it says "No entry for Bearer ••••" \(403\)\.$/,
    remedy: /^export LMDEPLOY_API_KEY=KEY {3}# the one that the gateway wants$/,
    asDoctor: 'remedy',
  },
  {
    what: 'a model that is not served',
    serve: standIn({ models: ['other'] }),
    says: /^"Qwen\/Qwen3\.5-35B-A3B" is not served\.$/,
    remedy: /^codex-lmdeploy models http:.* # lists what is served/,
  },
  {
    what: 'a server without the Responses API',
    serve: turns((response) => response.writeHead(404).end('{"detail":"Not Found"}')),
    says: /has no \/v1\/responses, which LMDeploy has since 0\.14\.$/,
    remedy: /^pip install -U 'lmdeploy>=0\.18'/,
    asDoctor: 'both',
  },
  {
    what: 'a server without a tool-call parser',
    // A model that thinks, as its name says: doctor goes by its answers, and the bridge has the name alone.
    serve: standIn({ toolCallParser: false, script: () => ({ text: '<think>\nhm\n</think>\n\nready' }) }),
    says: /^The server runs without --tool-call-parser, so it refuses every turn of Codex/,
    remedy: LAUNCH,
    asDoctor: 'both',
  },
  {
    what: 'a redirect that makes a GET of a turn',
    serve: turns((response) => response.writeHead(302, { location: '/v1/models' }).end()),
    says: /\/v1\/responses redirects to http:.*\/v1\/models \(302\)\.$/,
    remedy: /^codex-lmdeploy doctor http/,
  },
  {
    what: 'an HTML page',
    serve: () =>
      http((_, response) =>
        response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Log in</title>'),
      ),
    says: /\/v1\/responses answers with an HTML page \("Log in"\); that is no LMDeploy api_server\.$/,
    remedy: /^codex-lmdeploy doctor http:\/\/HOST:23333/,
    asDoctor: 'remedy',
  },
  {
    what: 'a compressed stream',
    serve: turns((response) => response.writeHead(200, { ...SSE, 'content-encoding': 'br' }).end('x')),
    says: /sends its answers compressed \(br\), which nobody asked for and Codex can’t read\.$/,
    remedy: /^If a gateway stands between/,
    asDoctor: 'both',
  },
  {
    what: 'an "openai" package that breaks LMDeploy 0.16',
    serve: standIn({ release: '0.16-broken-openai' }),
    says: /^The answer breaks off .*LMDeploy 0\.14 to 0\.16 does this when its "openai" package is 2\.45 or newer\.$/,
    remedy: /^pip install -U 'lmdeploy>=0\.18'.*openai<2\.45/,
    asDoctor: 'remedy',
  },
  {
    what: 'a bare 500',
    serve: turns((response) => response.writeHead(500).end('Internal Server Error')),
    says: /^The server refuses the turn \(500\): Internal Server Error$/,
    remedy: SERVER_LOG,
    asDoctor: 'remedy',
  },
  {
    what: 'a gateway whose server is gone',
    serve: () => http((_, response) => response.writeHead(502).end('<html><title>502 Bad Gateway</title>')),
    says: /^The server behind 127\.0\.0\.1:\d+ is not there, or not ready \(HTTP 502: an HTML page \("502 Bad Gateway"\)\)\.$/,
    remedy: /^If the model is still loading, wait/,
    asDoctor: 'both',
  },
  {
    what: 'a gateway whose server does not answer in time',
    serve: () => http((_, response) => response.writeHead(504).end('<html><title>504</title>')),
    says: /is not there, or not ready \(HTTP 504: an HTML page \("504"\)\)\.$/,
    remedy: /^If the model is still loading, wait/,
    asDoctor: 'both',
  },
  {
    what: 'a gateway that takes no more requests',
    serve: () => http((_, response) => response.writeHead(429, { 'retry-after': '7' }).end('Slow down')),
    says: /takes no more requests for now \(HTTP 429: Slow down\)\.$/,
    remedy: /^Wait 7 seconds, and run this again\.$/,
    asDoctor: 'both',
  },
  {
    what: 'a gateway that takes no request of this size',
    serve: turns((response) => response.writeHead(413).end('<html><title>413 Too Large</title>')),
    says: /^The server refuses the turn \(413\): an HTML page \("413 Too Large"\)$/,
    remedy: /client_max_body_size 64m/,
  },
  {
    what: 'a stream that is cut',
    serve: cut((response) => response.write('', () => response.destroy())),
    says: /^The answer can't be used: the stream ends early, without response\.completed \(127.* closed the connection/,
    remedy: SERVER_LOG,
  },
  {
    what: 'a stream that ends before its end',
    serve: cut((response) => response.end()),
    says: /^Codex can't read the stream: the stream ends early, without response\.completed\.$/,
    remedy: /proxy_buffering off/,
    asDoctor: 'both',
  },
  {
    what: 'an answer in one piece',
    serve: turns((response) =>
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end('{"id":"r","object":"response","status":"completed","output":[]}'),
    ),
    says: /^The answer came in one piece although a stream was asked for\.$/,
    remedy: /proxy_buffering off/,
    asDoctor: 'both',
  },
  {
    what: 'an engine that fails',
    serve: standIn({ script: () => ({ text: 'So', fail: true }) }),
    says: /^The turn failed on the server: An internal server error occurred\.$/,
    remedy: SERVER_LOG,
    asDoctor: 'both',
  },
];
