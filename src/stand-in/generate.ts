import { refuse } from './refusal.js';
import type { Behaviour } from './release.js';
import type { ResponsesRequest } from './request.js';
import type { Generation, Script } from './script.js';
import { tokensOf } from './tokens.js';
import { smallestArguments } from './tools.js';

export interface Call {
  readonly name: string;
  readonly arguments: string;
}

/** What came out of the engine for one request. */
export interface Generated {
  readonly text: string;
  readonly calls: readonly Call[];
  readonly finish: 'stop' | 'length' | 'error';
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** How the server was started, as far as it counts here. */
export interface Launched {
  readonly contextLength: number;
  readonly reasoningParser: boolean;
}

/**
 * Lets the script answer a request.
 *
 * @throws Refusal for an input that does not fit the context length, before anything is generated
 */
export function generate(
  request: ResponsesRequest,
  script: Script,
  { contextLength, reasoningParser }: Launched,
  behaviour: Behaviour,
): Generated {
  const { history, tools, maxOutputTokens } = request;
  const prompt = history.text + (tools.length > 0 ? JSON.stringify(tools) : '');
  const inputTokens = tokensOf(prompt).length;
  if (inputTokens >= contextLength) return tooLong(inputTokens, contextLength, behaviour);
  const said = script({ ...history, tools: tools.map(({ name }) => name) });
  const { text, calls } = spoken(said, request, behaviour);
  const wanted = [text, ...calls.map((call) => call.name + call.arguments)]
    .map((part) => tokensOf(part).length)
    .reduce((sum, count) => sum + count, 0);
  const limit = Math.min(maxOutputTokens ?? Number.POSITIVE_INFINITY, contextLength - inputTokens);
  const counts = { inputTokens, outputTokens: Math.min(wanted, limit) };
  // What the parser is in the middle of when the limit comes is lost; text is kept as far as it came.
  if (wanted > limit)
    return { text: tokensOf(text).slice(0, limit).join(''), calls: [], finish: 'length', ...counts };
  const parsed = reasoningParser ? withoutThought(text, calls, behaviour) : { text, calls };
  const finish = said.fail ? 'error' : 'stop';
  return { text: parsed.text, calls: seen(parsed.calls, request, behaviour), finish, ...counts };
}

function tooLong(inputTokens: number, contextLength: number, behaviour: Behaviour): Generated {
  if (behaviour.tooLong === 'incomplete')
    return { text: '', calls: [], finish: 'length', inputTokens, outputTokens: 0 };
  throw refuse(
    400,
    `Input length (${inputTokens}) must be smaller than the model context length (${contextLength}).`,
  );
}

/** What the engine gives: the script's words, unless a grammar leaves no other way than a call. */
function spoken(said: Generation, { toolChoice, tools }: ResponsesRequest, behaviour: Behaviour) {
  const calls = said.calls ?? [];
  if (said.fail && behaviour.engineError === 'text')
    return {
      text: `${said.text ?? ''}internal error happened, status code ResponseType.INTERNAL_ENGINE_ERROR`,
      calls,
    };
  const [tool] = tools;
  const forced = toolChoice === 'required' && behaviour.grammar && !said.fail;
  if (!forced || calls.length > 0 || tool === undefined) return { text: said.text ?? '', calls };
  return { text: '', calls: [{ name: tool.name, arguments: smallestArguments(tool) }] };
}

/**
 * `--reasoning-parser default` takes every turn to begin in a thought, so what comes before `</think>` is not seen, and
 * nothing at all is where the model does not think.
 */
function withoutThought(text: string, calls: readonly Call[], { callInThought }: Behaviour) {
  const [, answer] = text.split('</think>');
  if (answer !== undefined) return { text: answer, calls };
  return { text: '', calls: callInThought === 'seen' ? calls : [] };
}

/** The calls that the client gets to see. */
function seen(
  calls: readonly Call[],
  { tools, parallelToolCalls, stream }: ResponsesRequest,
  behaviour: Behaviour,
): Call[] {
  const empty = stream ? behaviour.emptyArguments : '{}';
  const passed = calls
    .filter(({ name }) => behaviour.undeclaredCalls === 'passed' || tools.some((tool) => tool.name === name))
    .map((call) => ({ ...call, arguments: call.arguments || empty }));
  return parallelToolCalls ? passed : passed.slice(0, 1);
}
