import type { ServerResponse } from 'node:http';
import { front, http, type Said, type Spoil } from '../../hostile/front.js';
import type { Fault } from '../fault.js';
import { type Answer, passOn } from '../gateway.js';
import { type Machine, MODEL } from '../machine.js';

const through = (spoil: Spoil) => async (the: Machine) =>
  the.address(await front(spoil, { models: [MODEL] }));

const without = (answer: Answer) => async (the: Machine) =>
  the.address(await http(passOn(the.server.baseUrl, answer)));

const isTurn = (path: string) => path === '/v1/responses';
const isStream = ({ type }: Said) => type.startsWith('text/event-stream');

const says = (response: ServerResponse, status: number, text: string, headers = {}) =>
  response.writeHead(status, { 'content-type': 'text/html', ...headers }).end(text);

/** What stands between Codex and an LMDeploy that is right. */
export const GATEWAY: readonly Fault[] = [
  {
    what: 'a gateway that collects the stream before it passes it on',
    set: through((said, response) => {
      if (!isStream(said)) return false;
      // A turn that takes a second: from there on, what comes all at once was collected.
      setTimeout(() => response.writeHead(200, { 'content-type': said.type }).end(said.body), 1_100);
      return true;
    }),
    check: 'responses.stream',
    status: 'warn',
    says: /something collects the stream/,
  },
  {
    what: 'a gateway that asks for no stream',
    set: through((said, response) => {
      if (!isStream(said)) return false;
      const last = said.body.trim().split('\n\n').at(-1);
      const { response: whole } = JSON.parse(last?.split('data: ')[1] ?? '{}');
      return response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(whole));
    }),
    check: 'responses.stream',
    status: 'fail',
    says: /in one piece although a stream was asked for/,
  },
  {
    what: 'a gateway that cuts the stream off before it ends',
    set: through((said, response) => {
      if (!isStream(said)) return false;
      const half = said.body.slice(0, said.body.indexOf('event: response.output_item.done'));
      return response.writeHead(200, { 'content-type': said.type }).end(half);
    }),
    check: 'responses.stream',
    status: 'fail',
    says: /ends early, without response\.completed/,
  },
  {
    what: 'a gateway that takes no more requests for now',
    set: without((_, response) =>
      says(response, 429, '<html><title>Too Many Requests</title></html>', { 'retry-after': '30' }),
    ),
    check: 'server.reachable',
    status: 'fail',
    says: /takes no more requests for now \(HTTP 429/,
    cause: /HTTP 429/,
  },
  {
    what: 'a gateway that takes no more turns for now',
    set: without(
      (path, response) =>
        isTurn(path) &&
        says(response, 429, '<html><title>Too Many Requests</title></html>', { 'retry-after': '30' }),
    ),
    check: 'responses.answers',
    status: 'fail',
    says: /overloaded: .*Too Many Requests.*come back after 30/,
  },
  {
    what: 'a gateway whose server is gone',
    set: without((_, response) => says(response, 502, '<html><title>502 Bad Gateway</title></html>')),
    check: 'server.reachable',
    status: 'fail',
    says: /The server behind 127\.0\.0\.1:\d+ is not there, or not ready \(HTTP 502/,
    cause: /HTTP 502/,
  },
  {
    what: 'a gateway that does not let /v1/responses through',
    set: without((path, response) => isTurn(path) && says(response, 404, '<html><title>404</title></html>')),
    check: 'server.kind',
    status: 'fail',
    says: /has no \/v1\/responses/,
  },
  {
    what: 'a gateway that refuses the second turn',
    set: without(
      (path, response, body) =>
        isTurn(path) && body.includes('"function_call_output"') && says(response, 400, 'no such item'),
    ),
    check: 'responses.turn',
    status: 'fail',
    says: /every session ends with its first one: .*refused \(400\): no such item/,
  },
  {
    what: 'a gateway that takes no request as large as Codex’s',
    set: without(
      (_, response, body) =>
        body.length > 16_384 &&
        says(response, 413, '<html><title>413 Request Entity Too Large</title></html>'),
    ),
    check: 'responses.context',
    status: 'fail',
    says: /Codex's first turn is refused as it is \(413: .*413 Request Entity Too Large/,
  },
  {
    what: 'a gateway that may not put a large request on its disk',
    set: without((_, response, body) => body.length > 16_384 && says(response, 500, 'Internal Server Error')),
    check: 'responses.context',
    status: 'fail',
    says: /Codex's first turn is refused as it is \(500: Internal Server Error\), although a short one is taken/,
  },
];
