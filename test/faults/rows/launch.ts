import type { ServerResponse } from 'node:http';
import { type Generation, greet, type Script } from '../../../src/stand-in/script.js';
import type { StandInOptions } from '../../../src/stand-in/server.js';
import { http } from '../../hostile/front.js';
import type { Fault } from '../fault.js';
import { passOn } from '../gateway.js';
import { MODEL } from '../machine.js';

/** A model that thinks before it speaks. */
export const thinking = (): Script => (turn) => {
  const { text = '', ...said } = greet(turn);
  return { text: `<think>What was asked?</think>${text}`, ...said };
};

/** A model that thinks, and whose calls come out differently with another parser than its own. */
const parsedBy =
  (parser: string, otherwise: (name: string) => Generation) =>
  ({ toolCallParser }: StandInOptions): Script =>
  (turn) => {
    const said = thinking()(turn);
    const name = said.calls?.[0]?.name;
    return name === undefined || toolCallParser === parser ? said : otherwise(name);
  };

/** How the server was started, and how it is. */
export const LAUNCH: readonly Fault[] = [
  {
    what: 'no --tool-call-parser',
    set: () => undefined,
    server: { toolCallParser: false, reasoningParser: true },
    speaks: thinking,
    check: 'responses.tools',
    status: 'fail',
    says: /runs without --tool-call-parser, so it refuses every turn of Codex/,
    cause: /tool-call-parser/,
    mends: true,
  },
  {
    what: 'the --tool-call-parser of another model, which breaks the arguments',
    set: () => undefined,
    server: { toolCallParser: 'qwen2d5', reasoningParser: true },
    speaks: parsedBy('qwen3coder', (name) => ({ calls: [{ name, arguments: '{"cmd": <parameter=' }] })),
    check: 'responses.tools',
    status: 'fail',
    says: /this --tool-call-parser does not fit the model/,
    mends: true,
  },
  {
    what: 'the --tool-call-parser of another model, which sees no calls',
    set: () => undefined,
    server: { release: '0.17', toolCallParser: 'glm47', reasoningParser: true },
    speaks: parsedBy('qwen3coder', (name) => ({ text: `<tool_call><function=${name}>` })),
    check: 'responses.tools',
    status: 'fail',
    says: /made no call although one was asked for/,
    beside: ['server.release'],
    mends: true,
  },
  {
    what: 'no --reasoning-parser, and a model that thinks',
    set: () => undefined,
    server: { toolCallParser: 'qwen3coder' },
    speaks: thinking,
    check: 'responses.reasoning',
    status: 'warn',
    says: /Raw <think> stands in the answers/,
    mends: true,
  },
  {
    what: 'no --reasoning-parser, and a model that thinks although its name says it does not',
    set: (the) => the.edit(MODEL, 'Qwen/Qwen3-30B-A3B-Instruct-2507'),
    server: { models: ['Qwen/Qwen3-30B-A3B-Instruct-2507'], toolCallParser: 'qwen3' },
    speaks: thinking,
    check: 'responses.reasoning',
    status: 'warn',
    says: /Raw <think> stands in the answers/,
    mends: true,
  },
  {
    what: 'a --reasoning-parser, and a model that does not think',
    set: () => undefined,
    server: { toolCallParser: 'qwen3coder', reasoningParser: true },
    check: 'responses.reasoning',
    status: 'warn',
    says: /plain turn was empty: a reasoning parser took all of it/,
    mends: true,
  },
  {
    what: 'a context window of 4,096',
    set: () => undefined,
    server: { contextLength: 4096, toolCallParser: 'qwen3coder', reasoningParser: true },
    speaks: thinking,
    check: 'responses.context',
    status: 'fail',
    says: /Codex's first turn of [\d,]+ tokens, as this server counts them, does not fit into the context window of 4,096/,
    mends: true,
  },
  {
    what: 'a context window of 8,192, in which there is room for little but the first turn',
    set: () => undefined,
    server: { contextLength: 8192, toolCallParser: 'qwen3coder', reasoningParser: true },
    speaks: thinking,
    check: 'responses.context',
    status: 'warn',
    says: /context window is 8,192 tokens, of which Codex's first turn takes/,
    mends: true,
  },
  {
    what: 'the config tells of a larger window than the server has',
    set: (the) => the.prepend('model_context_window = 262144'),
    check: 'responses.context',
    status: 'warn',
    says: /a window of 262,144 tokens, the server has 131,072/,
    cause: /window/,
    mends: true,
  },
  {
    what: 'the config tells of a smaller window than the server has',
    set: (the) => the.prepend('model_context_window = 40000'),
    check: 'responses.context',
    status: 'warn',
    says: /a window of 40,000 tokens, the server has (at least )?/,
    cause: /window/,
    mends: true,
  },
  {
    what: 'an engine that sleeps',
    set: () => undefined,
    server: { asleep: true },
    check: 'server.awake',
    status: 'fail',
    says: /Engine is sleeping/,
    cause: /sleep/i,
    mends: true,
  },
  {
    what: 'an engine that is not healthy',
    set: async (the) => {
      const sick = { status: 'unhealthy', message: 'Engine is not healthy.' };
      const answer = (path: string, response: ServerResponse) => {
        if (path !== '/health' && path !== '/v1/responses') return false;
        response.writeHead(503, { 'content-type': 'application/json' });
        return response.end(
          JSON.stringify(path === '/health' ? sick : { error: { message: 'Engine error' } }),
        );
      };
      await the.address(await http(passOn(the.server.baseUrl, answer)));
    },
    check: 'server.awake',
    status: 'fail',
    says: /not healthy: Engine is not healthy/,
  },
  {
    what: 'an engine that breaks down while it generates',
    set: () => undefined,
    speaks: () => () => ({ text: 'Hel', fail: true }),
    check: 'responses.answers',
    status: 'fail',
    says: /failed on the server: An internal server error occurred/,
  },
];
