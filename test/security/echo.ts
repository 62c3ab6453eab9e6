import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listening } from '../hostile/ground.js';
import { formsOf } from './secret.js';

type Answer = (request: IncomingMessage, response: ServerResponse, words: string) => void;

const json = (response: ServerResponse, status: number, body: unknown, headers = {}) =>
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
const listOf = (...ids: string[]) => ({
  object: 'list',
  data: ids.map((id) => ({ id, object: 'model', owned_by: 'lmdeploy' })),
});
const isList = ({ url = '' }: IncomingMessage) => url.endsWith('/models');

/** Servers that repeat what they are told in confidence, each in another place. */
const ANSWERS: Readonly<Record<string, Answer>> = {
  'in a refusal': (_, response, words) =>
    json(
      response,
      401,
      { detail: words, error: { message: words, type: words, code: words } },
      { server: words, 'www-authenticate': words },
    ),
  'in the names of its models': (request, response, words) =>
    isList(request)
      ? json(response, 200, listOf('tiny', words, ...words.split(' ')))
      : json(response, 400, { message: words, type: words }),
  'in a redirect': (request, response, words) => {
    const to = `/v1/models?key=${encodeURIComponent(words)}`;
    if (!request.url?.includes('?'))
      return response.writeHead(302, { location: to, 'x-key': words }).end(words);
    return json(response, 200, listOf('tiny'));
  },
  'in a page': (_, response, words) =>
    response
      .writeHead(200, { 'content-type': 'text/html', server: words })
      .end(`<html><title>${words}</title>${words}</html>`),
  'in an error of its own': (request, response, words) =>
    isList(request)
      ? json(response, 200, listOf('tiny'))
      : json(response, 500, { error: words, detail: [{ msg: words, loc: [words] }] }),
  'in a stream': (request, response, words) => {
    if (isList(request)) return json(response, 200, listOf('tiny'));
    const failed = {
      type: 'response.failed',
      response: { status: 'failed', error: { message: words, code: words } },
    };
    const events = [{ type: 'response.created', response: { id: words } }, { type: words }, failed];
    const text = events.map((one) => `event: ${one.type}\ndata: ${JSON.stringify(one)}\n\n`).join('');
    return response
      .writeHead(200, { 'content-type': 'text/event-stream', 'x-key': words })
      .end(`${text}data: ${words}\n\n`);
  },
  'in a broken answer': (_, response, words) =>
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(`{"object":"list","data":[{"id":"${words}`),
};

export const PLACES = Object.keys(ANSWERS);

/** Such a server, or a proxy. It says only what came to it, in all forms. */
export async function echo(place: string, key: string): Promise<string> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const told = [request.headers.authorization, request.headers['proxy-authorization']].join(' ');
      const basic = Buffer.from(/Basic (\S+)/.exec(told)?.[1] ?? '', 'base64').toString('utf8');
      const heard = told.includes(key) || basic.includes(key);
      // Header values take no quotation marks from some parsers, but ASCII they all take.
      ANSWERS[place]?.(request, response, heard ? [...formsOf(key), told, basic].join(' ') : 'nothing');
      if (heard) hits.add(place);
    });
  });
  return listening(server);
}

/** The places whose servers did hear the key: only of those a test tells anything. */
export const hits = new Set<string>();
