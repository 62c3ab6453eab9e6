import { refuse } from './refusal.js';
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

/**
 * Lets the script answer a request.
 *
 * @throws Refusal for an input that does not fit the context length, before anything is generated
 */
export function generate(request: ResponsesRequest, script: Script, contextLength: number): Generated {
  const { history, tools, maxOutputTokens } = request;
  const prompt = history.text + (tools.length > 0 ? JSON.stringify(tools) : '');
  const inputTokens = tokensOf(prompt).length;
  if (inputTokens >= contextLength)
    throw refuse(
      400,
      `Input length (${inputTokens}) must be smaller than the model context length (${contextLength}).`,
    );
  const said = script({ ...history, tools: tools.map(({ name }) => name) });
  const { text, calls } = forced(said, request);
  const pieces = tokensOf(text);
  const spoken = [text, ...calls.map((call) => call.name + call.arguments)].map(
    (part) => tokensOf(part).length,
  );
  const wanted = spoken.reduce((sum, count) => sum + count, 0);
  const limit = Math.min(maxOutputTokens ?? Number.POSITIVE_INFINITY, contextLength - inputTokens);
  const counts = { inputTokens, outputTokens: Math.min(wanted, limit) };
  // What the parser is in the middle of when the limit comes is lost; text is kept as far as it came.
  if (wanted > limit)
    return { text: pieces.slice(0, limit).join(''), calls: [], finish: 'length', ...counts };
  return { text, calls: seen(calls, request), finish: said.fail ? 'error' : 'stop', ...counts };
}

/** A grammar leaves the model no other way than the call that `tool_choice` asks for. */
function forced(said: Generation, { toolChoice, tools }: ResponsesRequest) {
  const calls = (said.calls ?? []).map((call) => ({ ...call, arguments: call.arguments || '{}' }));
  const text = said.text ?? '';
  if (toolChoice === 'auto' || toolChoice === 'none' || said.fail) return { text, calls };
  const name = toolChoice === 'required' ? (calls[0]?.name ?? tools[0]?.name) : toolChoice.name;
  const tool = tools.find((one) => one.name === name);
  if (tool === undefined || calls[0]?.name === name) return { text: '', calls };
  return { text: '', calls: [{ name: tool.name, arguments: smallestArguments(tool) }] };
}

/** 0.18 drops calls of tools that the request did not declare, and all but the first where they may not be parallel. */
function seen(calls: readonly Call[], { tools, parallelToolCalls }: ResponsesRequest): Call[] {
  const declared = calls.filter(({ name }) => tools.some((tool) => tool.name === name));
  return parallelToolCalls ? declared : declared.slice(0, 1);
}
