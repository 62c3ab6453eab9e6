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
 * Reads `tools` and `tool_choice` into the tools that the model sees. Those that are no `function` are dropped without a
 * word to the client; a choice of one function hides the others, and does not force a call (LMDeploy 0.14 to 0.18).
 *
 * @throws Refusal, also where tools are sent to a server without a parser for their calls
 */
export function readTools(
  tools: unknown,
  choice: unknown,
  hasParser: boolean,
): { tools: FunctionTool[]; toolChoice: ToolChoice } {
  const functions = ((tools ?? []) as Item[]).flatMap((tool, index) => {
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
  return { tools: visible(functions, toolChoice), toolChoice };
}

function visible(tools: readonly FunctionTool[], choice: ToolChoice): FunctionTool[] {
  if (typeof choice === 'object') return tools.filter(({ name }) => name === choice.name);
  return choice === 'none' ? [] : [...tools];
}

function readChoice(choice: unknown, tools: readonly FunctionTool[]): ToolChoice {
  if (choice === undefined) return 'auto';
  if (choice === 'auto' || choice === 'none' || choice === 'required') return choice;
  const { type, name } = choice as Item;
  if (type !== 'function') throw refuse(400, `Unsupported tool_choice type: ${repr(type)}.`, 'tool_choice');
  if (!name) throw refuse(400, 'Missing `name` in function tool_choice.', 'tool_choice');
  if (!tools.some((tool) => tool.name === name))
    throw refuse(400, `Tool choice 'function' not found in \`tools\`: ${repr(name)}.`, 'tool_choice');
  return { name: String(name) };
}

/** The smallest arguments that fit a tool's schema: what a grammar would at least force. */
export function smallestArguments({ parameters }: FunctionTool): string {
  return JSON.stringify(smallest({ type: 'object', ...parameters }));
}

/** Knows types, what is required, and choices; not lengths, ranges and patterns. */
function smallest(schema: Item): unknown {
  if ('const' in schema) return schema['const'];
  const choices = schema['enum'] ?? schema['anyOf'] ?? schema['oneOf'];
  if (Array.isArray(choices)) return 'enum' in schema ? choices[0] : smallest(choices[0] as Item);
  const [type] = [schema['type']].flat().map(String);
  if (type === 'object') {
    const properties = (schema['properties'] ?? {}) as Record<string, Item>;
    const required = (schema['required'] ?? []) as string[];
    return Object.fromEntries(required.map((name) => [name, smallest(properties[name] ?? {})]));
  }
  const values: Record<string, unknown> = { number: 0, integer: 0, boolean: false, array: [], null: null };
  return type !== undefined && type in values ? values[type] : '';
}
