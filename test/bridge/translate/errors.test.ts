import { describe, expect, test } from 'vitest';
import { type Asked, errorInWords, type Failure } from '../../../src/bridge/translate/errors.js';
import { ASKED, answered, ended, KEY, LAUNCH, refusal } from './failures.js';

const closed = { kind: 'closed', message: '127.0.0.1:23333 closed the connection.' } as const;

const TO_B = {
  status: 302,
  from: 'http://127.0.0.1:23333/v1/responses',
  to: 'http://b/v1/models',
  method: 'POST',
  becameGet: true,
  leftKey: true,
} as const;

interface Row {
  readonly what: string;
  readonly failure: Failure;
  readonly asked?: Partial<Asked>;
  /** The whole sentence. */
  readonly says: string;
  readonly remedy: string;
  readonly status?: number;
}

/** What stands in each row was seen on the wire of LMDeploy 0.14 to 0.18, of nginx, or of the machine's own network. */
const ROWS: readonly Row[] = [
  {
    what: 'nobody listens',
    failure: { kind: 'no-answer', trouble: { kind: 'refused', message: 'Nothing listens on h.' } },
    says: 'Nothing listens on h.',
    remedy: `${LAUNCH}   # starts it`,
  },
  {
    what: 'nobody listens, on another host and port, behind a key',
    failure: { kind: 'no-answer', trouble: { kind: 'refused', message: 'Nothing listens on h.' } },
    asked: { baseUrl: 'http://gpu:8000/v1', authorization: `Bearer ${KEY}`, keyVariable: 'MY_KEY' },
    says: 'Nothing listens on h.',
    remedy: `${LAUNCH} --server-port 8000 --api-keys "$MY_KEY"   # on gpu: starts it`,
  },
  {
    what: 'asleep',
    failure: refusal(503, 'Engine is sleeping; call POST /wakeup before inference.'),
    says: 'The engine sleeps: Engine is sleeping; call POST /wakeup before inference.',
    remedy: "curl -X POST -H 'content-type: application/json' http://127.0.0.1:23333/wakeup   # wakes it",
    status: 503,
  },
  {
    what: 'asleep, on 0.14 and behind a key',
    failure: answered(503, { error: 'Engine is sleeping; call POST /wakeup.' }),
    asked: { authorization: `Bearer ${KEY}` },
    says: 'The engine sleeps: Engine is sleeping; call POST /wakeup.',
    remedy:
      "printf 'authorization: Bearer %s' \"$LMDEPLOY_API_KEY\" | curl -X POST -H 'content-type: application/json' -H @- http://127.0.0.1:23333/wakeup   # wakes it",
    status: 503,
  },
  {
    what: '401 without a key',
    failure: refusal(401, 'Unauthorized.'),
    says: 'The server wants a key, and Codex sends none: it says "Unauthorized." (401).',
    remedy: 'export LMDEPLOY_API_KEY=KEY   # one of those that the server was given as --api-keys',
    status: 401,
  },
  {
    what: '401 with one, on 0.14',
    failure: answered(401, { error: 'Unauthorized' }),
    asked: { authorization: 'Bearer dummy' },
    says: 'The server refuses the key that Codex sends: it says "Unauthorized" (401).',
    remedy: 'export LMDEPLOY_API_KEY=KEY   # one of those that the server was given as --api-keys',
    status: 401,
  },
  {
    what: '403 of a gateway that repeats the key between escape codes',
    failure: answered(403, `No ${KEY} \u001b[31m${KEY.slice(0, 9)}\u001b[0m${KEY.slice(9)}\r\nhere`),
    asked: { authorization: `Bearer ${KEY}` },
    says: 'A gateway before the server refuses the key that Codex sends: it says "No •••• •••• here" (403).',
    remedy: 'export LMDEPLOY_API_KEY=KEY   # the one that the gateway wants',
    status: 403,
  },
  {
    what: '401 that wants a login',
    failure: answered(401, '<html><title>401</title>', { 'www-authenticate': 'Basic realm="x"' }),
    says: 'http://127.0.0.1:23333/v1/responses answers with HTTP 401, and asks for a user name and a password instead of a key; that is no LMDeploy api_server.',
    remedy:
      'codex-lmdeploy doctor http://HOST:23333   # with the address that lmdeploy serve api_server printed',
    status: 401,
  },
  {
    what: 'a model that is not served',
    failure: refusal(404, "The model 'x' does not exist.", 'model'),
    asked: { model: 'x' },
    says: '"x" is not served.',
    remedy: 'codex-lmdeploy models http://127.0.0.1:23333/v1   # lists what is served; then: codex -m NAME',
    status: 404,
  },
  {
    what: "LMDeploy's proxy, or one before 0.14",
    failure: answered(404, { detail: 'Not Found' }),
    says: 'http://127.0.0.1:23333/v1 has no /v1/responses, which LMDeploy has since 0.14.',
    remedy: "pip install -U 'lmdeploy>=0.18'   # on the server; then start it again",
    status: 404,
  },
  {
    what: 'no tool parser',
    failure: refusal(400, 'Please launch the api_server with --tool-call-parser if …', 'tools'),
    says: 'The server runs without --tool-call-parser, so it refuses every turn of Codex, which always sends tools.',
    remedy: `${LAUNCH}   # start the server again like this`,
    status: 400,
  },
  {
    what: 'an image',
    failure: refusal(400, "Unsupported Responses input content part type: 'input_image'."),
    says: "The server refuses the turn (400): Unsupported Responses input content part type: 'input_image'.",
    remedy:
      'codex-lmdeploy init --catalog   # tells Codex that the model reads text only; then start a new thread',
    status: 400,
  },
  {
    what: 'an item',
    failure: refusal(400, "Unsupported Responses input item type: 'reasoning'."),
    says: "The server refuses the turn (400): Unsupported Responses input item type: 'reasoning'.",
    remedy: `${LAUNCH}   # start the server again like this; with --model-name OTHER, one that is not OpenAI's: to models it knows Codex sends what LMDeploy does not take`,
    status: 400,
  },
  {
    what: 'arguments',
    failure: refusal(400, 'Tool call arguments contain invalid JSON at position 0 (line 1, column 1).'),
    says: 'The server refuses the turn (400): Tool call arguments contain invalid JSON at position 0 (line 1, column 1).',
    remedy: "pip install -U 'lmdeploy>=0.18'   # on the server; then start it again",
    status: 400,
  },
  {
    what: 'an effort, on 0.16',
    failure: refusal(400, "reasoning.effort: Input should be 'none', 'minimal' or 'low'"),
    says: "The server refuses the turn (400): reasoning.effort: Input should be 'none', 'minimal' or 'low'",
    remedy:
      'Set model_reasoning_effort = "high" in the config; or pip install -U \'lmdeploy>=0.18\'   # on the server; then start it again',
    status: 400,
  },
  {
    what: 'an effort, on 0.14',
    failure: answered(422, {
      detail: [{ loc: ['body', 'reasoning', 'effort'], msg: "Input should be 'none'" }],
    }),
    says: "The server refuses the turn (422): reasoning.effort: Input should be 'none'",
    remedy:
      'Set model_reasoning_effort = "high" in the config; or pip install -U \'lmdeploy>=0.18\'   # on the server; then start it again',
    status: 422,
  },
  {
    what: 'a bare 500',
    failure: answered(500, 'Internal Server Error'),
    says: 'The server refuses the turn (500): Internal Server Error',
    remedy: 'Look at the log of lmdeploy serve api_server; it names the cause.',
    status: 500,
  },
  {
    what: 'a gateway without a server',
    failure: answered(502, '<html><head><title>502 Bad Gateway</title></head></html>'),
    says: 'The server behind 127.0.0.1:23333 is not there, or not ready (HTTP 502: an HTML page ("502 Bad Gateway")).',
    remedy: 'If the model is still loading, wait; else start the server behind it, or use its own address.',
    status: 502,
  },
  {
    what: 'too many requests',
    failure: answered(429, 'Slow down', { 'retry-after': '7' }),
    says: '127.0.0.1:23333 takes no more requests for now (HTTP 429: Slow down).',
    remedy: 'Wait 7 seconds, and run this again.',
    status: 429,
  },
  {
    what: 'a request that is too large for a gateway',
    failure: answered(413, '<html><title>413 Request Entity Too Large</title>'),
    says: 'The server refuses the turn (413): an HTML page ("413 Request Entity Too Large")',
    remedy:
      'If a gateway stands between, let it take larger requests (nginx: client_max_body_size 64m;), or use the server’s own address.',
    status: 413,
  },
  {
    what: 'a proxy that wants a login',
    failure: answered(407, 'Login'),
    says: 'The proxy in front of 127.0.0.1:23333 wants a login (407).',
    remedy: 'If a proxy variable catches this address, add its host to NO_PROXY.',
  },
  {
    what: 'a compressed answer',
    failure: answered(200, '', { 'content-encoding': 'gzip' }),
    says: '127.0.0.1:23333 sends its answers compressed (gzip), which nobody asked for and Codex can’t read.',
    remedy: 'If a gateway stands between, let it pass answers on unchanged, or use the server’s own address.',
  },
  {
    what: 'an HTML page',
    failure: answered(200, '<!doctype html><title>\u001b[31mLog in\u2029</title>'),
    says: 'http://127.0.0.1:23333/v1/responses answers with an HTML page ("Log in"); that is no LMDeploy api_server.',
    remedy:
      'codex-lmdeploy doctor http://HOST:23333   # with the address that lmdeploy serve api_server printed',
  },
  {
    what: 'an answer in one piece',
    failure: answered(200, { id: 'r', status: 'completed', output: [] }),
    says: 'The answer came in one piece although a stream was asked for.',
    remedy:
      'If a gateway stands between, switch its buffering off (nginx: proxy_buffering off;), or use the server’s own address.',
  },
  {
    what: 'other JSON',
    failure: answered(200, { data: [] }),
    says: "The answer can't be used: the answer is no response object (id: expected string, received undefined).",
    remedy:
      'If a gateway stands between, switch its buffering off (nginx: proxy_buffering off;), or use the server’s own address.',
  },
  {
    what: 'a redirect that made a GET of it',
    failure: answered(200, { data: [] }),
    asked: { redirect: TO_B },
    says: 'http://127.0.0.1:23333/v1/responses redirects to http://b/v1/models (302), and the key stays behind.',
    remedy:
      'codex-lmdeploy doctor http://127.0.0.1:23333/v1   # with the address where it leads, if that is right',
  },
  {
    what: 'a redirect to another host, which does not get the key',
    failure: refusal(401, 'Unauthorized.'),
    asked: { authorization: `Bearer ${KEY}`, redirect: { ...TO_B, status: 307, becameGet: false } },
    says: 'http://127.0.0.1:23333/v1/responses redirects to http://b/v1/models (307), and the key stays behind.',
    remedy:
      'codex-lmdeploy doctor http://127.0.0.1:23333/v1   # with the address where it leads, if that is right',
    status: 401,
  },
  {
    what: 'a redirect without a target',
    failure: answered(302, ''),
    says: 'The server refuses the turn (302): no body',
    remedy: 'Look at the log of the server; it names the cause.',
  },
  {
    what: 'a stream that breaks as soon as the model has spoken',
    failure: { kind: 'cut', trouble: closed, progress: 'spoke', said: '' },
    says: 'The answer breaks off (the stream ends early, without response.completed (127.0.0.1:23333 closed the connection)): LMDeploy 0.14 to 0.16 does this when its "openai" package is 2.45 or newer.',
    remedy:
      "pip install -U 'lmdeploy>=0.18'   # on the server (or: pip install 'openai<2.45'); then start it again",
  },
  {
    what: 'the same of a server that has answered before',
    failure: { kind: 'cut', trouble: closed, progress: 'spoke', said: '' },
    asked: { hasAnswered: true },
    says: "The answer can't be used: the stream ends early, without response.completed (127.0.0.1:23333 closed the connection).",
    remedy: 'Look at the log of lmdeploy serve api_server; it names the cause.',
  },
  {
    what: 'a stream that ends as if all were said',
    failure: { kind: 'cut', trouble: null, progress: 'closed', said: 'CUDA \u001b[31mout of memory' },
    says: 'Codex can\'t read the stream: the stream ends early, without response.completed; it holds "CUDA out of memory".',
    remedy:
      'If a gateway stands between, switch its buffering off (nginx: proxy_buffering off;), or use the server’s own address.',
  },
  {
    what: 'an engine that fails',
    failure: ended({ type: 'response.failed', response: { error: { message: 'engine\u001b[1m gone' } } }),
    says: 'The turn failed on the server: engine gone',
    remedy: 'Look at the log of lmdeploy serve api_server; it names the cause.',
  },
  {
    what: 'an engine that fails without a word',
    failure: ended({ type: 'response.failed', response: null }),
    says: 'The turn failed on the server: no reason given',
    remedy: 'Look at the log of lmdeploy serve api_server; it names the cause.',
  },
  {
    what: 'an error event',
    failure: ended({ type: 'error', code: 'x', message: 'CUDA out of\nmemory' }),
    says: 'The turn failed on the server: CUDA out of memory',
    remedy: 'Look at the log of lmdeploy serve api_server; it names the cause.',
  },
  {
    what: 'an error without a type',
    failure: ended({ error: { message: 'CUDA out of memory' } }),
    says: 'The turn failed on the server: CUDA out of memory',
    remedy: 'Look at the log of lmdeploy serve api_server; it names the cause.',
  },
];

describe('a failure in words:', () => {
  test.each(ROWS)('$what', ({ failure, asked, says, remedy, status = 502 }) => {
    expect(errorInWords(failure, { ...ASKED, ...asked })).toEqual({
      code: 'invalid_prompt',
      message: `${says}\n→ ${remedy}`,
      status,
    });
  });
});
