import { isObject, type JsonObject, objectsIn } from './json.js';

const CALLS: readonly unknown[] = ['function_call', 'custom_tool_call', 'tool_search_call'];

export function isCall({ type }: JsonObject): boolean {
  return CALLS.includes(type);
}

/** Whether an item is a message without a word. */
export function isBlankMessage(item: JsonObject): boolean {
  if (item['type'] !== 'message') return false;
  return objectsIn(item['content']).every(({ text }) => typeof text === 'string' && text.trim() === '');
}

/** Keeps the events of one stream in order. */
export interface BlankMessages {
  /** Whether a message is kept back, so that the texts of all have to be looked at. */
  isHolding(): boolean;
  /** @returns the events to send on in this one's place */
  next(event: JsonObject): readonly JsonObject[];
}

/**
 * Keeps back a message for as long as it is white space: beside a call Codex would show it, and give it back to the model
 * in every turn (qwen3's template puts line ends between thought and call). Text that LMDeploy's model says after its call
 * belongs to the same message as what it said before, so only the end of the turn tells that no word will come.
 */
export function blankMessages(): BlankMessages {
  const held = new Map<string, JsonObject[]>();
  let hasCall = false;

  function release(id: string): JsonObject[] {
    const events = held.get(id) ?? [];
    held.delete(id);
    return events;
  }

  return {
    isHolding: () => held.size > 0,
    next(event) {
      const { type, item } = event;
      if (isObject(item) && isCall(item)) hasCall = true;
      const id = idOf(event);
      const events = held.get(id);
      if (events !== undefined) {
        if (hasWords(event)) return [...release(id), event];
        events.push(event);
        return [];
      }
      if (type === 'response.output_item.added' && isObject(item) && isBlankMessage(item) && id !== '') {
        held.set(id, [event]);
        return [];
      }
      // Alone, such a message is the answer.
      if (held.size === 0 || !ENDS.includes(type)) return [event];
      const last = hasCall ? [] : [...held.values()].flat();
      held.clear();
      return [...last, event];
    },
  };
}

const ENDS: readonly unknown[] = ['response.completed', 'response.incomplete', 'response.failed', 'error'];

function idOf({ item_id, item }: JsonObject): string {
  const id = item_id ?? (isObject(item) ? item['id'] : undefined);
  return typeof id === 'string' ? id : '';
}

function hasWords({ delta, text, part, item }: JsonObject): boolean {
  const inner = isObject(part) ? part['text'] : undefined;
  const isWhole = isObject(item) && !isBlankMessage(item);
  return isWhole || [delta, text, inner].some((one) => typeof one === 'string' && one.trim() !== '');
}
