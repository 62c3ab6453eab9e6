import type { FunctionCall } from './schema.js';

// What a probe asks the server for, in Codex's shapes. Small, so that it fits a window of 4,096 tokens; together the
// probes of one look generate less than 300 tokens. Most of them are for the two calls, before which a model may think;
// a plain turn tells how it thinks though it is cut.

/** `tool_choice`; a name hides the other tools and forces nothing (LMDeploy 0.14 to 0.18). */
export type ToolChoice = 'auto' | 'required' | { readonly type: 'function'; readonly name: string };

/** The body of a streamed turn. */
export interface TurnBody {
  readonly input: readonly object[];
  readonly [field: string]: unknown;
}

const DEVELOPER = 'You are Codex, a coding agent that works in the user’s terminal. Answer briefly.';

/** The tool that every Codex session lives on, as Codex 0.169.0 declares it, with its optional parameters left out. */
const EXEC_COMMAND = {
  type: 'function',
  name: 'exec_command',
  description: 'Runs a command in a PTY, returning output or a session ID for ongoing interaction.',
  strict: false,
  parameters: {
    type: 'object',
    properties: {
      cmd: { type: 'string', description: 'Shell command to execute.' },
      workdir: { type: 'string', description: 'Working directory to run the command in.' },
    },
    required: ['cmd'],
    additionalProperties: false,
  },
} as const;

/** A tool of Codex's own that takes no arguments. */
const GET_GOAL = {
  type: 'function',
  name: 'get_goal',
  description: 'Get the current goal for this thread. It takes no arguments.',
  strict: false,
  parameters: { type: 'object', properties: {}, required: [], additionalProperties: false },
} as const;

function says(role: 'developer' | 'user', text: string) {
  return { type: 'message', role, content: [{ type: 'input_text', text }] };
}

function turn(model: string, text: string, maxOutputTokens: number): TurnBody {
  return {
    model,
    stream: true,
    store: false,
    parallel_tool_calls: true,
    reasoning: { summary: 'auto' },
    include: ['reasoning.encrypted_content'],
    max_output_tokens: maxOutputTokens,
    input: [says('developer', DEVELOPER), says('user', text)],
  };
}

/** A turn that any model takes a while for, by which to see whether its events come one by one. */
export function talkativeTurn(model: string): TurnBody {
  return turn(model, 'Write the numbers from 1 to 100 in words, with commas between them.', 200);
}

/** A turn without tools: can the server answer at all? */
export function textTurn(model: string): TurnBody {
  return turn(model, 'Reply with the one word: ready', 20);
}

/** A turn that asks for a call of `exec_command`; `required` forces it where the server can (LMDeploy 0.18). */
export function toolTurn(model: string, toolChoice: ToolChoice): TurnBody {
  const text = 'Use exec_command to run: echo ready';
  return { ...turn(model, text, 140), tools: [EXEC_COMMAND], tool_choice: toolChoice };
}

/** A turn that asks for a call without arguments. */
export function bareCallTurn(model: string, toolChoice: ToolChoice): TurnBody {
  const text = 'Call get_goal now, before you answer.';
  return { ...turn(model, text, 120), tools: [GET_GOAL], tool_choice: toolChoice };
}

/** The function that a turn asks for, as a choice by its name. */
export const BY_NAME = {
  toolTurn: { type: 'function', name: EXEC_COMMAND.name },
  bareCallTurn: { type: 'function', name: GET_GOAL.name },
} as const;

/** A call as a server might have made it, for a second turn where none came. */
export const OUR_CALL: FunctionCall = {
  type: 'function_call',
  call_id: 'call_codex_lmdeploy',
  name: EXEC_COMMAND.name,
  arguments: '{"cmd":"echo ready"}',
};

/** The turn after `first`: the same again, with the call that came and the output that Codex got from it. */
export function secondTurn(first: TurnBody, call: FunctionCall, output: string): TurnBody {
  const { name, arguments: text, call_id } = call;
  return {
    ...first,
    tool_choice: 'auto',
    max_output_tokens: 8,
    input: [
      ...first.input,
      { type: 'function_call', status: 'completed', id: call_id, name, arguments: text, call_id },
      { type: 'function_call_output', call_id, output },
    ],
  };
}

/** What Codex 0.169.0 gives back for the two calls that the probes ask for. */
export const OUTPUTS = {
  exec: 'Chunk ID: 5f0e1a\nWall time: 0.0012 seconds\nProcess exited with code 0\nOriginal token count: 2\nOutput:\nready\n',
  goal: '{"goal":null,"remainingTokens":null}',
} as const;

/** Codex's own first request, whole, only to have its tokens counted. */
export function countedTurn(model: string, firstTurn: object): object {
  return { ...firstTurn, model, stream: true, store: false, max_output_tokens: 1 };
}

/**
 * An input of at least `tokens` tokens and few more: to every tokenizer that parts words at blanks, each of its words
 * is one token.
 *
 * @param limited whether one token may be generated at most. LMDeploy 0.14 and 0.15 look at the length of an input only
 * where no limit is given, so there the client has to hang up.
 */
export function longTurn(model: string, tokens: number, limited: boolean): object {
  const input = [says('user', `Ignore this:${' a'.repeat(tokens)}`)];
  return { model, stream: true, store: false, input, ...(limited && { max_output_tokens: 1 }) };
}

/** Nothing to answer: each release of LMDeploy refuses it in its own way, before it generates. */
export function emptyInput(model: string) {
  return { model, input: [] };
}
