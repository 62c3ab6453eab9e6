import { refuse, repr } from './refusal.js';

type Item = Record<string, unknown>;

/** A tool that reaches the model. */
export interface FunctionTool {
  readonly name: string;
  readonly parameters: Item;
}

/** auto, none, required, or the name of the one function to call. */
export type ToolChoice = 'auto' | 'none' | 'required' | { readonly name: string };

/**
 * Reads `tools` and `tool_choice`. Tools that are no `function` are dropped without a word to the client, as LMDeploy
 * does (0.14 to 0.18).
 *
 * @throws Refusal, also where tools are sent to a server without a parser for their calls
 */
export function readTools(
  tools: unknown,
  choice: unknown,
  hasParser: boolean,
): { tools: FunctionTool[]; toolChoice: ToolChoice } {
  const functions = (Array.isArray(tools) ? (tools as Item[]) : []).flatMap((tool, index) => {
    if (tool['type'] !== 'function') return [];
    const { name, parameters, description } = tool;
    if (!name) throw refuse(400, `Missing function tool \`name\` at index ${index}.`, 'tools');
    return [{ name: String(name), parameters: (parameters as Item | undefined) ?? {}, description }];
  });
  const toolChoice = readChoice(choice, functions);
  if (functions.length > 0 && toolChoice !== 'none' && !hasParser)
    throw refuse(
      400,
      'Please launch the api_server with --tool-call-parser if you want to use tool calling.',
      'tools',
    );
  if (toolChoice === 'required' && functions.length === 0)
    throw refuse(400, "Tool choice 'required' must be specified with `tools`.", 'tool_choice');
  return { tools: functions, toolChoice };
}

function readChoice(choice: unknown, tools: readonly FunctionTool[]): ToolChoice {
  if (choice == null) return 'auto';
  if (choice === 'auto' || choice === 'none' || choice === 'required') return choice;
  if (typeof choice !== 'object')
    throw refuse(
      400,
      "tool_choice.literal['none','auto','required']: Input should be 'none', 'auto' or 'required'",
    );
  const { type, name } = choice as Item;
  if (type !== 'function') throw refuse(400, `Unsupported tool_choice type: ${repr(type)}.`, 'tool_choice');
  if (!name) throw refuse(400, 'Missing `name` in function tool_choice.', 'tool_choice');
  if (!tools.some((tool) => tool.name === name))
    throw refuse(400, `Tool choice 'function' not found in \`tools\`: ${repr(name)}.`, 'tool_choice');
  return { name: String(name) };
}

/** The smallest arguments that fit a tool's schema: what a grammar would at least force. */
export function smallestArguments({ parameters }: FunctionTool): string {
  const properties = (parameters['properties'] ?? {}) as Record<string, Item>;
  const required = (parameters['required'] ?? []) as string[];
  return JSON.stringify(Object.fromEntries(required.map((name) => [name, smallest(properties[name] ?? {})])));
}

function smallest(schema: Item): unknown {
  if (Array.isArray(schema['enum'])) return schema['enum'][0];
  const values: Record<string, unknown> = { number: 0, integer: 0, boolean: false, array: [], object: {} };
  return values[String(schema['type'])] ?? '';
}
