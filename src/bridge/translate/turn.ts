import { type EventTranslator, eventTranslator } from './events.js';
import { knownFields } from './fields.js';
import { translateHistory } from './history.js';
import { type JsonObject, objectsIn } from './json.js';
import { responseObject } from './output.js';
import { flatChoice, flatten } from './tools.js';

export type { EventTranslator } from './events.js';
export type { JsonObject } from './json.js';

/** A turn of Codex in the form that LMDeploy takes, and the way back. */
export interface TranslatedTurn {
  /** The request's body; the very object that came where nothing in it needs a translation. */
  readonly body: JsonObject;
  /** What was left out of the request, each in a few words for the log, without content. */
  readonly leftOut: readonly string[];
  /** A translator for the events of one stream, which it remembers as far as it has to. */
  events(): EventTranslator;
  /** A whole response object, as an unstreamed turn brings it. */
  response(object: JsonObject): JsonObject;
}

/**
 * Translates a turn: each of its tools becomes a function, its history what LMDeploy takes. The same for every release
 * from 0.14 to 0.18, for what only some of them need hurts none. Pure; a turn translated once more is the same.
 *
 * @param body the JSON body of `POST …/responses`
 */
export function translateTurn(body: JsonObject): TranslatedTurn {
  const { input, tools } = body;
  const flat = flatten([...objectsIn(tools), ...laterTools(input)]);
  const { names } = flat;
  const known = knownFields(body);
  const changed: Record<string, unknown> = {};
  const change = (key: string, value: unknown) => {
    if (value !== body[key]) changed[key] = value;
  };
  if (!isList(tools, flat.tools)) change('tools', flat.tools);
  if ('tool_choice' in body) change('tool_choice', flatChoice(body['tool_choice'], flat));
  if (Array.isArray(input)) {
    const history = translateHistory(input, names);
    if (!isList(input, history)) change('input', history);
  }
  return {
    body: Object.keys(changed).length === 0 ? known : { ...known, ...changed },
    leftOut: flat.leftOut,
    events: () => eventTranslator(names),
    response: (object) => responseObject(object, names),
  };
}

/**
 * To a model by the name of a new one of OpenAI's, Codex 0.169.0 sends its tools as items of the input; and what it found
 * for a model that looked for tools can be called from there on.
 */
function laterTools(input: unknown): JsonObject[] {
  return objectsIn(input)
    .filter(({ type }) => type === 'additional_tools' || type === 'tool_search_output')
    .flatMap(({ tools }) => objectsIn(tools));
}

/** Whether tools or items are still the very objects of a list; LMDeploy refuses null in its place. */
function isList(before: unknown, after: readonly JsonObject[]): boolean {
  if (before === undefined) return after.length === 0;
  return (
    Array.isArray(before) &&
    before.length === after.length &&
    after.every((one, index) => one === before[index])
  );
}
