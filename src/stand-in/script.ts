/** What the scripted model sees of a request. */
interface Turn {
  readonly lastUserMessage: string;
  /** The output of the last tool call since that message; null where there was none. */
  readonly toolOutput: string | null;
  /** The names of the tools that the model sees: only those of type `function` reach it. */
  readonly tools: readonly string[];
}

/** What the model generates: text, calls, both, or an engine that fails after the text. */
export interface Generation {
  readonly text?: string;
  readonly calls?: readonly { readonly name: string; readonly arguments: string }[];
  readonly fail?: boolean;
}

/** Decides what the model says. */
export type Script = (turn: Turn) => Generation;

/** Greets; runs what follows `RUN: `, and what our probes ask for, and then tells the last line of the output. */
export const greet: Script = ({ lastUserMessage, toolOutput, tools }) => {
  if (toolOutput !== null) return { text: `Done: ${toolOutput.trimEnd().split('\n').at(-1) ?? ''}` };
  const command = /^(?:RUN: |Use exec_command to run: )(.+)$/s.exec(lastUserMessage)?.[1];
  if (command !== undefined)
    return { calls: [{ name: 'exec_command', arguments: JSON.stringify({ cmd: command }) }] };
  if (/^Call get_goal\b/.test(lastUserMessage) && tools.includes('get_goal'))
    return { calls: [{ name: 'get_goal', arguments: '' }] };
  return { text: 'Hello from LMDeploy.' };
};
