import type { Json } from './request.js';

/**
 * The order in which a tool's fields come back. LMDeploy 0.18.0 reads tools into the classes of the `openai` package
 * and writes those: fields that they know first, then the others, and none that is null.
 */
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  function: ['name', 'parameters', 'strict', 'type', 'defer_loading', 'description'],
  namespace: ['description', 'name', 'tools', 'type'],
  custom: ['name', 'type', 'defer_loading', 'description', 'format'],
};
/** A namespace's functions are of another class. */
const KNOWN_INSIDE = ['name', 'type', 'defer_loading', 'description', 'parameters', 'strict'];

/** A tool as the response object shows it. Kinds that are not known come back as they were. */
export function echoTool(tool: Json): Json {
  const known = KNOWN[String(tool['type'])];
  if (known === undefined) return tool;
  const echo = ordered(tool, known);
  const inside = echo['tools'];
  if (Array.isArray(inside)) echo['tools'] = (inside as Json[]).map((one) => ordered(one, KNOWN_INSIDE));
  return echo;
}

/** `tool_choice` as the response object shows it. */
export function echoToolChoice(choice: unknown): unknown {
  if (choice === undefined) return 'auto';
  return typeof choice === 'object' ? ordered(choice as Json, ['name', 'type']) : choice;
}

/** Fields as they came, but for those that are null; a field that did not come has its default, if it has one. */
export function echoFields(body: Json, fields: readonly string[], defaults: Json = {}): Json {
  const wanted = fields.map((field) => [field, body[field] === undefined ? defaults[field] : body[field]]);
  return Object.fromEntries(
    wanted.flatMap(([field, value]) => (value == null ? [] : [[field, withoutNulls(value)]])),
  );
}

function withoutNulls(value: unknown): unknown {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? ordered(value as Json, []) : value;
}

function ordered(value: Json, first: readonly string[]): Json {
  const fields = [...first, ...Object.keys(value).filter((field) => !first.includes(field))];
  return Object.fromEntries(fields.flatMap((field) => (value[field] == null ? [] : [[field, value[field]]])));
}
