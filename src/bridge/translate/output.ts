import { customInput, parse } from './arguments.js';
import { isBlankMessage, isCall } from './blank.js';
import { isObject, type JsonObject, objectsIn, textOr } from './json.js';
import type { Names } from './names.js';

/** A response object in Codex's terms; the same object where nothing changes. Pure. */
export function responseObject(response: JsonObject, names: Names): JsonObject {
  if (!Array.isArray(response['output'])) return response;
  const before = objectsIn(response['output']);
  const hasCall = before.some(isCall);
  const output = before
    .filter((item) => !(hasCall && isBlankMessage(item)))
    .map((item) => outputItem(item, names));
  const isSame = output.length === before.length && output.every((item, index) => item === before[index]);
  return isSame ? response : { ...response, output };
}

/**
 * An item of an answer in Codex's terms: a call has the names of the tool that it is for. The same object where nothing
 * changes. Pure.
 */
export function outputItem(item: JsonObject, names: Names): JsonObject {
  if (item['type'] !== 'function_call') return item;
  const origin = names.origins.get(textOr(item['name'], ''));
  if (origin === undefined) return item;
  const { kind, name, namespace } = origin;
  if (kind === 'function') {
    if (namespace === null) return name === item['name'] ? item : { ...item, name };
    return { ...item, name, namespace };
  }
  const { arguments: args, name: _name, ...rest } = item;
  const given = textOr(args, '');
  if (kind === 'search') {
    const query = parse(given);
    return {
      ...rest,
      type: 'tool_search_call',
      execution: 'client',
      arguments: isObject(query) ? query : {},
    };
  }
  const own = { name, ...(namespace !== null && { namespace }) };
  return { ...rest, type: 'custom_tool_call', ...own, input: customInput(given) };
}
