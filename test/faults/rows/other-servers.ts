import type { ServerResponse } from 'node:http';
import { http } from '../../hostile/front.js';
import type { Fault } from '../fault.js';
import { passOn } from '../gateway.js';
import { type Machine, MODEL } from '../machine.js';

/** A model list as another program writes it. */
function list(owner: string): string {
  return JSON.stringify({ object: 'list', data: [{ id: MODEL, object: 'model', owned_by: owner }] });
}

const json = (response: ServerResponse, status: number, text: string) =>
  response.writeHead(status, { 'content-type': 'application/json' }).end(text);

/** Another program that speaks the Responses API as LMDeploy does. */
const speaking =
  (owner: string, headers: Record<string, string> = {}) =>
  async (the: Machine) => {
    const answer = (path: string, response: ServerResponse) => {
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
      return path === '/v1/models' && json(response, 200, list(owner));
    };
    await the.address(await http(passOn(the.server.baseUrl, answer)));
  };

/** Another program, or what stands before one, that knows chat completions only. */
const silent =
  (owner: string, beside: Record<string, object> = {}) =>
  async (the: Machine) => {
    const server = http(({ url = '' }, response) => {
      if (url === '/v1/models') return json(response, 200, list(owner));
      const more = beside[url];
      return more === undefined
        ? json(response, 404, '{"detail":"Not Found"}')
        : json(response, 200, JSON.stringify(more));
    });
    await the.address(await server);
  };

/** Something with a list of models that is no `lmdeploy serve api_server`. */
export const OTHER_SERVERS: readonly Fault[] = [
  {
    what: "LMDeploy's own proxy",
    set: (the) =>
      silent('lmdeploy', {
        '/nodes/status': { [the.server.baseUrl.replace('/v1', '')]: { models: [MODEL] } },
      })(the),
    check: 'server.kind',
    status: 'fail',
    says: /LMDeploy's proxy, which has no \/v1\/responses\. Behind it: http:\/\/127/,
    mends: true,
  },
  {
    what: "LMDeploy's own proxy, and no server behind it",
    set: silent('lmdeploy', { '/nodes/status': {} }),
    check: 'server.kind',
    status: 'fail',
    says: /LMDeploy's proxy.*no server is registered/,
  },
  {
    what: 'an LMDeploy before 0.14, without the Responses API',
    set: silent('lmdeploy'),
    check: 'server.kind',
    status: 'fail',
    says: /no \/v1\/responses, which LMDeploy has since 0\.14/,
  },
  {
    what: 'vLLM',
    set: speaking('vllm'),
    check: 'server.kind',
    status: 'warn',
    says: /This is vLLM, not LMDeploy/,
  },
  {
    what: 'Ollama',
    set: speaking('library'),
    check: 'server.kind',
    status: 'warn',
    says: /This is Ollama, not LMDeploy/,
  },
  {
    what: 'a LiteLLM gateway in front of LMDeploy',
    set: speaking('lmdeploy', { 'x-litellm-version': '1.80.0' }),
    check: 'server.kind',
    status: 'warn',
    says: /This is LiteLLM, not LMDeploy/,
  },
  {
    what: 'an Ollama without the Responses API',
    set: silent('library'),
    check: 'server.kind',
    status: 'fail',
    says: /no \/v1\/responses, and it is Ollama/,
  },
  {
    what: 'a llama.cpp without the Responses API',
    set: silent('llamacpp'),
    check: 'server.kind',
    status: 'fail',
    says: /no \/v1\/responses, and it is llama\.cpp/,
  },
];
