import { blankMessages } from './blank.js';
import { isObject, type JsonObject, textOr } from './json.js';
import type { Names } from './names.js';
import { outputItem, responseObject } from './output.js';

/** Takes the data of each event of a stream in turn. */
export interface EventTranslator {
  /**
   * @returns the events to send in its place, in this order: none, the same object where nothing changes, or others
   */
  next(event: JsonObject): readonly JsonObject[];
  /** Whether events of this type pass as they are just now, so that nobody has to look into them. */
  passes(type: string): boolean;
}

/** The events of one stream in Codex's terms. Remembers what is under way: calls without arguments in Codex, empty messages. */
export function eventTranslator(names: Names): EventTranslator {
  const withoutArguments = new Set<unknown>();
  const blank = blankMessages();

  function translate(event: JsonObject): JsonObject | null {
    const { type, item, response } = event;
    switch (type) {
      case 'response.output_item.added':
      case 'response.output_item.done': {
        if (!isObject(item)) return event;
        const translated = outputItem(item, names);
        if (translated['type'] !== item['type']) withoutArguments.add(item['id']);
        return translated === item ? event : { ...event, item: translated };
      }
      // The input of a custom tool is whole at the end only: until then it is half of a JSON text.
      case 'response.function_call_arguments.delta':
        return withoutArguments.has(event['item_id']) ? null : event;
      case 'response.function_call_arguments.done':
        return withoutArguments.has(event['item_id']) ? null : named(event, names);
      default: {
        if (!isObject(response)) return event;
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
    passes: (type) =>
      (type === 'response.output_text.delta' && !blank.isHolding()) ||
      (type === 'response.function_call_arguments.delta' && withoutArguments.size === 0),
  };
}

/** LMDeploy puts the name of the function into the last event of its arguments. */
function named(event: JsonObject, names: Names): JsonObject {
  const origin = names.origins.get(textOr(event['name'], ''));
  return origin === undefined || origin.name === event['name'] ? event : { ...event, name: origin.name };
}
