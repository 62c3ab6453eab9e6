import { jsonFault } from './invalid-json.js';
import { refuse, repr } from './refusal.js';

type Item = Record<string, unknown>;

/** A conversation as the model sees it. */
export interface History {
  /** All of its text in one, for counting. */
  readonly text: string;
  readonly lastUserMessage: string;
  readonly toolOutput: string | null;
}

/**
 * Reads `input` (a text or a list of items) and `instructions`.
 *
 * @throws Refusal for items, roles and parts that LMDeploy does not take (0.14 to 0.18)
 */
export function readHistory(input: unknown, instructions: unknown): History {
  const texts = typeof instructions === 'string' ? [instructions] : [];
  if (typeof input === 'string')
    return { text: [...texts, input].join('\n'), lastUserMessage: input, toolOutput: null };
  let lastUserMessage = '';
  let toolOutput: string | null = null;
  for (const [index, item] of (input as Item[]).entries()) {
    const { kind, text } = readItem(item, index);
    texts.push(text);
    if (kind === 'user') [lastUserMessage, toolOutput] = [text, null];
    if (kind === 'output') toolOutput = text;
  }
  return { text: texts.join('\n'), lastUserMessage, toolOutput };
}

function readItem(item: Item, index: number): { kind: 'user' | 'output' | 'other'; text: string } {
  if (Object.keys(item).length === 0) throw wrong(`Unsupported Responses input item at index ${index}.`);
  const { role, type = 'message', content = '', output = '' } = item;
  if (type === 'function_call') return { kind: 'other', text: readCall(item, index) };
  if (type === 'function_call_output') {
    if (!item['call_id']) throw wrong(`Missing \`call_id\` in function_call_output item at index ${index}.`);
    return { kind: 'output', text: readContent(output, `input[${index}].output`) };
  }
  if (type !== 'message') throw wrong(`Unsupported Responses input item type: ${repr(type)}.`);
  if (role !== 'developer' && role !== 'system' && role !== 'user' && role !== 'assistant')
    throw wrong(`Unsupported Responses message role at index ${index}: ${repr(role)}.`);
  if (isLazy(item)) throw noText(`input[${index}].content`);
  const text = readContent(content, `input[${index}].content`);
  return { kind: role === 'user' ? 'user' : 'other', text };
}

/**
 * A message of the assistant's with an id and a status is taken for one of the `openai` package's own, whose content is
 * no list any more, but where the parts are whole or none of them is its own.
 */
function isLazy({ role, id, status, content }: Item): boolean {
  if (role !== 'assistant' || typeof id !== 'string' || !STATUSES.includes(status)) return false;
  const parts = Array.isArray(content) ? (content as Item[]) : [];
  const isWhole = ({ type, annotations, logprobs = null }: Item) =>
    type === 'refusal' ||
    (type === 'output_text' && Array.isArray(annotations) && (logprobs === null || Array.isArray(logprobs)));
  const isOther = ({ type }: Item) => typeof type === 'string' && type.startsWith('input_');
  return parts.length === 0 || !(parts.every(isWhole) || parts.every(isOther));
}

const STATUSES: readonly unknown[] = ['in_progress', 'completed', 'incomplete'];

function readCall(item: Item, index: number): string {
  const { name, arguments: given } = item;
  if (!(item['call_id'] || item['id']) || !name)
    throw wrong(`Missing \`call_id\` or \`name\` in function_call item at index ${index}.`);
  if (given && typeof given !== 'string')
    throw wrong(`Unsupported \`arguments\` in function_call item at index ${index}. Expected string.`);
  return `${name}${given ?? ''}`;
}

function readContent(content: unknown, field: string): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) throw noText(field);
  const texts = (content as (Item | null)[]).map((part, index) => {
    if (typeof part !== 'object' || part === null || Object.keys(part).length === 0)
      throw wrong(`Unsupported \`${field}\` content part at index ${index}.`);
    const { type, text } = part;
    if (type !== 'input_text' && type !== 'output_text' && type !== 'text')
      throw wrong(`Unsupported Responses input content part type: ${repr(type)}.`);
    if (text == null) throw wrong(`Missing \`text\` in \`${field}\` content part at index ${index}.`);
    if (typeof text !== 'string')
      throw wrong(`Unsupported \`text\` in \`${field}\` content part at index ${index}. Expected string.`);
    return text;
  });
  return texts.join('');
}

/**
 * The chat template reads the arguments of earlier calls as JSON, after everything else was found right; so no
 * parameter is named.
 *
 * @throws Refusal
 */
export function checkArguments(input: unknown): void {
  if (!Array.isArray(input)) return;
  for (const item of input as Item[]) {
    if (item['type'] !== 'function_call') continue;
    const fault = jsonFault((item['arguments'] as string | null | undefined) ?? '');
    if (fault === null) continue;
    const { position, line, column } = fault;
    throw refuse(
      400,
      `Tool call arguments contain invalid JSON at position ${position} (line ${line}, column ${column})`,
    );
  }
}

function noText(field: string) {
  return wrong(`Unsupported \`${field}\` content. Expected string or text content parts.`);
}

function wrong(message: string) {
  return refuse(400, message, 'input');
}
