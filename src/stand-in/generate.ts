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
  /** How many of them were a thought, as far as they were counted. */
  readonly reasoningTokens: number;
}

/** How the server was started, as far as it counts here. */
export interface Launched {
  readonly contextLength: number;
  readonly reasoningParser: boolean;
  /** What its tool-call parser streams for a call without arguments. */
  readonly emptyArguments: '{}' | '';
}

/**
 * Lets the script answer a request.
 *
 * @throws Refusal for an input that does not fit the context length, before anything is generated
 */
export function generate(
  request: ResponsesRequest,
  script: Script,
  launched: Launched,
  behaviour: Behaviour,
): Generated {
  const { contextLength, reasoningParser } = launched;
  const { history, tools, maxOutputTokens } = request;
  const prompt = history.text + (tools.length > 0 ? JSON.stringify(tools) : '');
  const inputTokens = tokensOf(prompt).length;
  if (inputTokens >= contextLength) return tooLong(inputTokens, maxOutputTokens, contextLength, behaviour);
  const said = script({ ...history, tools: tools.map(({ name }) => name) });
  const all = spoken(said, request, launched, behaviour);
  const wanted = [all.text, ...all.calls.flatMap((call) => [call.name, call.arguments])]
    .map((part) => tokensOf(part).length)
    .reduce((sum, count) => sum + count, 0);
  const limit = Math.min(maxOutputTokens ?? Number.POSITIVE_INFINITY, contextLength - inputTokens);
  const isCut = wanted > limit;
  const speech = isCut ? cut(all, limit, behaviour) : all;
  const { text, calls } = reasoningParser ? withoutThought(speech, behaviour) : speech;
  return {
    text,
    calls: seen(calls, request, behaviour),
    finish: isCut ? 'length' : said.fail ? 'error' : 'stop',
    inputTokens,
    outputTokens: Math.min(wanted, limit),
    reasoningTokens: reasoningParser && behaviour.countsReasoning ? thoughtTokens(speech) : 0,
  };
}

/**
 * LMDeploy 0.14 and 0.15 end the turn at once where nobody limits the output, for there is no room for any; else it is
 * the engine that says no.
 */
function tooLong(
  inputTokens: number,
  maxOutputTokens: number | null,
  contextLength: number,
  behaviour: Behaviour,
): Generated {
  if (behaviour.tooLong === 'incomplete') {
    const nothing = { calls: [], inputTokens, outputTokens: 0, reasoningTokens: 0 };
    return maxOutputTokens === null
      ? { ...nothing, text: '', finish: 'length' }
      : { ...nothing, text: engineErrorText('INPUT_LENGTH_ERROR'), finish: 'error' };
  }
  throw refuse(
    400,
    `Input length (${inputTokens}) must be smaller than the model context length (${contextLength}).`,
  );
}

interface Speech {
  readonly text: string;
  readonly calls: readonly Call[];
}

/** What the engine gives: the script's words, unless a grammar leaves no other way than a call. */
function spoken(
  said: Generation,
  request: ResponsesRequest,
  { emptyArguments }: Launched,
  behaviour: Behaviour,
): Speech {
  const { toolChoice, tools, stream } = request;
  const empty = stream ? emptyArguments : '{}';
  const calls = (said.calls ?? []).map((call) => ({ ...call, arguments: call.arguments || empty }));
  if (said.fail && behaviour.engineError === 'text')
    return { text: `${said.text ?? ''}${engineErrorText('INTERNAL_ENGINE_ERROR')}`, calls };
  const [tool] = tools;
  const forced = toolChoice === 'required' && behaviour.grammar && !said.fail;
  if (!forced || tool === undefined) return { text: said.text ?? '', calls };
  const fitting = calls.filter((call) => isDeclared(call, request));
  return {
    text: '',
    calls: fitting.length > 0 ? fitting : [{ name: tool.name, arguments: smallestArguments(tool) }],
  };
}

function engineErrorText(status: string): string {
  return `internal error happened, status code ResponseType.${status}`;
}

/** What there is when the limit comes: a call is there as soon as its name is. */
function cut({ text, calls }: Speech, limit: number, { cutArguments }: Behaviour): Speech {
  let left = limit - tokensOf(text).length;
  const begun: Call[] = [];
  for (const { name, arguments: whole } of calls) {
    left -= tokensOf(name).length;
    if (left < 0) break;
    const tokens = tokensOf(whole);
    const isWhole = tokens.length <= left;
    const part = cutArguments === 'partial' ? tokens.slice(0, left).join('') : '';
    begun.push({ name, arguments: isWhole ? whole : part });
    left -= tokens.length;
  }
  return { text: tokensOf(text).slice(0, limit).join(''), calls: begun };
}

/**
 * `--reasoning-parser default` takes every turn to begin in a thought, so what comes before `</think>` is not seen, and
 * nothing at all is where the model does not think.
 */
function withoutThought({ text, calls }: Speech, { callInThought }: Behaviour): Speech {
  const [, answer] = text.split('</think>');
  if (answer !== undefined) return { text: answer, calls };
  return { text: '', calls: callInThought === 'seen' ? calls : [] };
}

/** How many tokens `withThought` takes away; the tags are not among them. */
function thoughtTokens({ text }: Speech): number {
  const [thought = ''] = text.split('</think>');
  return tokensOf(thought.replace('<think>', '')).length;
}

/** The calls that the client gets to see. */
function seen(calls: readonly Call[], request: ResponsesRequest, { undeclaredCalls }: Behaviour): Call[] {
  const passed = calls.filter((call) => undeclaredCalls === 'passed' || isDeclared(call, request));
  return request.parallelToolCalls ? passed : passed.slice(0, 1);
}

function isDeclared({ name }: Call, { tools }: ResponsesRequest): boolean {
  return tools.some((tool) => tool.name === name);
}
