/** What a probe asks the server for. Small, so that it fits a window of 4,096 tokens and costs the user little. */
export type ToolChoice = 'auto' | 'required';

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

function says(role: 'developer' | 'user', text: string) {
  return { type: 'message', role, content: [{ type: 'input_text', text }] };
}

function turn(model: string, text: string, maxOutputTokens: number) {
  return {
    model,
    stream: true,
    store: false,
    parallel_tool_calls: true,
    max_output_tokens: maxOutputTokens,
    input: [says('developer', DEVELOPER), says('user', text)],
  };
}

/** A streamed turn without tools: can the server answer at all? */
export function textTurn(model: string) {
  return turn(model, 'Reply with the one word: ready', 32);
}

/** A streamed turn that calls for `exec_command`; `required` forces the call where the server can. */
export function toolTurn(model: string, toolChoice: ToolChoice) {
  const text = 'Use exec_command to run: echo ready';
  return { ...turn(model, text, 200), tools: [EXEC_COMMAND], tool_choice: toolChoice };
}

/** Nothing to answer: each release of LMDeploy refuses it in its own way, before it generates. */
export function emptyInput(model: string) {
  return { model, input: [] };
}
