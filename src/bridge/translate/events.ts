import { customInput } from './arguments.js';
import { isObject, type JsonObject, objectsIn, textOr } from './json.js';
import type { Names } from './names.js';

/** Takes the data of each event of a stream in turn. */
export interface EventTranslator {
  /**
   * @returns the events to send in its place, in this order: none, the same object where nothing changes, or others
   */
  next(event: JsonObject): readonly JsonObject[];
  /** Whether events of this type pass as they are just now, so that nobody has to look into them. */
  passes(type: string): boolean;
}

/** The events of one stream in Codex's terms. Remembers what is under way: calls of custom tools, and an empty message. */
export function eventTranslator(names: Names): EventTranslator {
  const custom = new Set<unknown>();
  const blank = blankMessages();

  function translate(event: JsonObject): JsonObject | null {
    const { type, item, response } = event;
    switch (type) {
      case 'response.output_item.added':
      case 'response.output_item.done': {
        if (!isObject(item)) return event;
        const isDone = type === 'response.output_item.done';
        const translated = outputItem(item, names, isDone);
        if (translated['type'] === 'custom_tool_call') custom.add(item['id']);
        return translated === item ? event : { ...event, item: translated };
      }
      // The input of a custom tool is whole at the end only: until then it is half of a JSON text.
      case 'response.function_call_arguments.delta':
        return custom.has(event['item_id']) ? null : event;
      case 'response.function_call_arguments.done':
        return custom.has(event['item_id']) ? null : named(event, names);
      default: {
        if (!isObject(response) || !Array.isArray(response['output'])) return event;
        const translated = responseObject(response, names);
        return translated === response ? event : { ...event, response: translated };
      }
    }
  }

  return {
    next: (event) => {
      const translated = translate(event);
      return translated === null ? [] : blank.next(translated);
    },
    passes: (type) => type === 'response.output_text.delta' && !blank.isHolding(),
  };
}

/** A response object in Codex's terms; the same object where nothing changes. Pure. */
export function responseObject(response: JsonObject, names: Names): JsonObject {
  if (!Array.isArray(response['output'])) return response;
  const before = objectsIn(response['output']);
  const hasCall = before.some(isCall);
  const output = before
    .filter((item) => !(hasCall && isBlankMessage(item)))
    .map((item) => outputItem(item, names, true));
  const isSame = output.length === before.length && output.every((item, index) => item === before[index]);
  return isSame ? response : { ...response, output };
}

function outputItem(item: JsonObject, names: Names, isDone: boolean): JsonObject {
  if (item['type'] !== 'function_call') return item;
  const origin = names.origins.get(textOr(item['name'], ''));
  if (origin === undefined) return item;
  const { kind, name, namespace } = origin;
  if (kind === 'function') {
    if (namespace === null) return name === item['name'] ? item : { ...item, name };
    return { ...item, name, namespace };
  }
  const { arguments: args, ...rest } = item;
  const input = isDone ? customInput(textOr(args, '')) : '';
  return { ...rest, type: 'custom_tool_call', name, ...(namespace !== null && { namespace }), input };
}

/** LMDeploy puts the name of the function into the last event of its arguments. */
function named(event: JsonObject, names: Names): JsonObject {
  const origin = names.origins.get(textOr(event['name'], ''));
  return origin === undefined || origin.name === event['name'] ? event : { ...event, name: origin.name };
}

function isCall({ type }: JsonObject): boolean {
  return type === 'function_call' || type === 'custom_tool_call';
}

function isBlankMessage(item: JsonObject): boolean {
  if (item['type'] !== 'message') return false;
  return objectsIn(item['content']).every(({ text }) => typeof text === 'string' && text.trim() === '');
}

/**
 * Keeps back a message for as long as it is white space: beside a call Codex would show it, and give it back to the model
 * in every turn (qwen3's template puts line ends between thought and call).
 */
function blankMessages() {
  const gone = new Set<unknown>();
  let held: JsonObject[] = [];
  let heldId: unknown = null;
  let hasCall = false;

  function takeHeld(): JsonObject[] {
    const events = held;
    [held, heldId] = [[], null];
    return events;
  }

  /** LMDeploy closes all items at the end only, so the rest of this one is still to come. */
  function drop(): void {
    if (heldId !== null) gone.add(heldId);
    takeHeld();
  }

  return {
    isHolding: () => heldId !== null || gone.size > 0,
    next(event: JsonObject): readonly JsonObject[] {
      const { type, item } = event;
      if (gone.size > 0 && gone.has(idOf(event))) return [];
      if (type === 'response.output_item.added' && isObject(item)) {
        if (isCall(item)) {
          hasCall = true;
          drop();
        } else if (heldId === null && item['type'] === 'message' && isBlankMessage(item)) {
          heldId = item['id'];
          held = [event];
          return [];
        }
        return [event];
      }
      if (heldId === null) return [event];
      if (idOf(event) === heldId) {
        if (hasWords(event)) return [...takeHeld(), event];
        held.push(event);
        return [];
      }
      // Whatever ends the turn ends the wait: alone, such a message is the answer.
      if (isObject(event['response']) && type !== 'response.in_progress') {
        if (!hasCall) return [...takeHeld(), event];
        drop();
      }
      return [event];
    },
  };
}

function idOf(event: JsonObject): unknown {
  const { item_id, item } = event;
  return item_id ?? (isObject(item) ? item['id'] : undefined);
}

function hasWords({ delta, text, part, item }: JsonObject): boolean {
  const inner = isObject(part) ? part['text'] : undefined;
  const whole = isObject(item) && !isBlankMessage(item);
  return whole || [delta, text, inner].some((one) => typeof one === 'string' && one.trim() !== '');
}
