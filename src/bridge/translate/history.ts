import { callArguments, customArguments } from './arguments.js';
import { standIn, textContent } from './content.js';
import { isObject, type JsonObject, objectsIn, textOr } from './json.js';
import type { Names } from './names.js';
import { TOOL_SEARCH } from './tools.js';

/** What LMDeploy takes in a history (0.14 to 0.18); it refuses a whole turn over any other item. */
export const ACCEPTED_ITEMS: readonly string[] = ['message', 'function_call', 'function_call_output'];

type Translate = (item: JsonObject, names: Names) => JsonObject | null;

const gone: Translate = () => null;
const says =
  (role: 'user' | 'assistant', words: (item: JsonObject) => string): Translate =>
  (item) =>
    standIn(role, words(item));

const UNREADABLE = 'which only the server it came from can read.]';

/** By type; null: what it says is of no use to another model. */
const ITEMS: Readonly<Record<string, Translate>> = {
  message,
  function_call: functionCall,
  function_call_output: output,
  custom_tool_call: (item, names) => callOf(item, names, customArguments(item['input'])),
  custom_tool_call_output: output,
  local_shell_call: (item, names) =>
    callOf({ ...item, name: 'local_shell' }, names, JSON.stringify(item['action'] ?? {})),
  local_shell_call_output: output,
  mcp_tool_call_output: output,
  tool_search_call: (item, names) =>
    callOf({ ...item, name: TOOL_SEARCH }, names, callArguments(item['arguments'])),
  tool_search_output: (item, names) => output({ ...item, output: foundTools(item, names) }),
  // A thought is not repeated to the model: LMDeploy has no place for one, and Codex keeps most of them encrypted.
  reasoning: gone,
  // Codex's own notes: no model has ever seen them.
  ghost_snapshot: gone,
  mcp_list_tools: gone,
  compaction_trigger: gone,
  configuration_update: gone,
  // They are added to the tools of the turn.
  additional_tools: gone,
  web_search_call: says('assistant', ({ action }) => {
    const { query, queries, url } = isObject(action) ? action : {};
    const looked = [query, ...(Array.isArray(queries) ? queries : []), url];
    const words = new Set(looked.filter((one) => typeof one === 'string' && one !== ''));
    return words.size === 0 ? '[The web was searched.]' : `[The web was searched: ${[...words].join('; ')}]`;
  }),
  image_generation_call: says(
    'assistant',
    (item) => `[An image was made: ${textOr(item['revised_prompt'], 'without a description')}]`,
  ),
  compaction: says('user', () => `[The conversation until here was made into a summary, ${UNREADABLE}`),
  item_reference: says('user', () => `[Something was said here, ${UNREADABLE}`),
};
const SAME: Readonly<Record<string, string>> = {
  compaction_summary: 'compaction',
  context_compaction: 'compaction',
};

/**
 * A history without anything that LMDeploy refuses; what carried content leaves a short text. Items that need no change
 * are the same objects. Pure.
 */
export function translateHistory(items: readonly unknown[], names: Names): JsonObject[] {
  const translated = items.flatMap((item) => {
    const one = isObject(item) ? translateItem(item, names) : null;
    return one === null ? [] : [one];
  });
  // LMDeploy 0.18 refuses an empty input, older releases fail at it.
  return translated.length === 0 && items.length > 0 ? [standIn('user', '')] : translated;
}

function translateItem(item: JsonObject, names: Names): JsonObject | null {
  if (Object.hasOwn(item, 'type') && typeof item['type'] !== 'string')
    return translateItem({ ...item, type: 'message' }, names);
  const type = textOr(item['type'], 'message');
  const translate = own(ITEMS, own(SAME, type) ?? type);
  if (translate !== undefined) return translate(item, names);
  const words = textContent(item['content'] ?? item['text'] ?? null, 'input_text');
  return words === ''
    ? standIn('user', `[An item of the type ${type} was here, ${UNREADABLE}`)
    : message({ ...item, type: 'message', content: words });
}

function own<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

const ROLES: readonly unknown[] = ['developer', 'system', 'user', 'assistant'];

function message(item: JsonObject): JsonObject {
  const role = ROLES.includes(item['role']) ? item['role'] : 'user';
  const content = textContent(item['content'], role === 'assistant' ? 'output_text' : 'input_text');
  const isSame = role === item['role'] && content === item['content'];
  if (!confuses(item, role, content)) return isSame ? item : { ...item, role, content };
  const { status: _status, ...rest } = item;
  return { ...rest, role, content };
}

/**
 * An assistant's message with an id and a status, as Codex 0.169.0 sends it back, is of a type of the `openai` package's
 * that LMDeploy (0.14 to 0.18) then finds no text in, but where its parts have all that those of its own answers have.
 */
function confuses({ type, id, status }: JsonObject, role: unknown, content: unknown): boolean {
  if (role !== 'assistant' || id === undefined || status === undefined) return false;
  const isEmpty = (value: unknown) => Array.isArray(value) && value.length === 0;
  const isOwn = ({ type: kind, annotations, logprobs = [] }: JsonObject) =>
    kind === 'output_text' && isEmpty(annotations) && isEmpty(logprobs);
  return type !== 'message' || !Array.isArray(content) || isEmpty(content) || !content.every(isOwn);
}

function functionCall(item: JsonObject, names: Names): JsonObject | null {
  return callOf(item, names, callArguments(item['arguments']));
}

/** LMDeploy wants an id and a name; a call without a name is none. */
function callOf(item: JsonObject, names: Names, args: string): JsonObject | null {
  const { namespace = null, input: _input, action: _action, execution: _execution, ...rest } = item;
  const name = textOr(item['name'], '');
  if (name === '') return null;
  const flat = names.flat(textOr(namespace, null), name);
  const isSame =
    item['type'] === 'function_call' && namespace === null && flat === name && args === item['arguments'];
  if (isSame && isId(item['call_id'])) return item;
  return { ...rest, type: 'function_call', call_id: idOf(item), name: flat, arguments: args };
}

function output(item: JsonObject): JsonObject {
  const { tools: _tools, execution: _execution, name: _name, ...rest } = item;
  const said = textContent(item['output'], 'input_text');
  const isSame = item['type'] === 'function_call_output' && said === item['output'];
  if (isSame && isId(item['call_id'])) return item;
  return { ...rest, type: 'function_call_output', call_id: idOf(item), output: said };
}

/** What a search for tools found, by the names that they can be called by; they are among the tools of the turn. */
function foundTools({ tools }: JsonObject, names: Names): string {
  const found = objectsIn(tools).flatMap((tool) => {
    const inside = objectsIn(tool['tools']);
    const namespace = tool['type'] === 'namespace' ? textOr(tool['name'], null) : null;
    return (namespace === null ? [tool] : inside).map(({ name }) => names.flat(namespace, textOr(name, '')));
  });
  return found.length === 0 ? 'No tool was found.' : `These can be called now: ${found.join(', ')}`;
}

function isId(id: unknown): id is string {
  return typeof id === 'string' && id !== '';
}

function idOf(item: JsonObject): string {
  return [item['call_id'], item['id']].find(isId) ?? 'call_unknown';
}
