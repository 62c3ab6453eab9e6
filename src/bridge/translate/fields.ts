import { isObject, type JsonObject } from './json.js';

type IsTaken = (value: unknown) => boolean;

const oneOf =
  (...values: readonly string[]): IsTaken =>
  (value) =>
    values.includes(value as string);

/** What LMDeploy makes nothing of and still refuses a turn over: the values that it knows (0.14 to 0.18). */
const FIELDS: Readonly<Record<string, IsTaken>> = {
  service_tier: oneOf('auto', 'default', 'flex', 'scale', 'priority'),
  prompt_cache_retention: oneOf('in-memory', '24h'),
  truncation: oneOf('auto', 'disabled'),
  safety_identifier: (value) => typeof value === 'string' && value.length <= 64,
  metadata: (value) => isObject(value) && Object.values(value).every((one) => typeof one === 'string'),
};

const SUMMARIES = oneOf('auto', 'concise', 'detailed');
const REASONING: Readonly<Record<string, IsTaken>> = {
  effort: oneOf('none', 'minimal', 'low', 'medium', 'high', 'xhigh'),
  summary: SUMMARIES,
  generate_summary: SUMMARIES,
  context: oneOf('auto', 'current_turn', 'all_turns'),
};

const INCLUDED: IsTaken = oneOf(
  'code_interpreter_call.outputs',
  'computer_call_output.output.image_url',
  'file_search_call.results',
  'message.input_image.image_url',
  'message.output_text.logprobs',
  'reasoning.encrypted_content',
);

/**
 * A turn's body without the values that LMDeploy does not know, of fields that it makes nothing of. The same object where
 * nothing changes. Pure.
 */
export function knownFields(body: JsonObject): JsonObject {
  const { reasoning, include } = body;
  const known = only(body, FIELDS);
  const changed: Record<string, unknown> = {};
  if (isObject(reasoning)) {
    const { effort } = reasoning;
    // Codex knows efforts above LMDeploy's: `max`, which 0.17 and later take, and whatever comes next.
    const isHigher = typeof effort === 'string' && !REASONING['effort']?.(effort);
    changed['reasoning'] = only(isHigher ? { ...reasoning, effort: 'xhigh' } : reasoning, REASONING);
  }
  if (Array.isArray(include) && !include.every(INCLUDED)) changed['include'] = include.filter(INCLUDED);
  const isSame = Object.entries(changed).every(([name, value]) => value === body[name]);
  return isSame ? known : { ...known, ...changed };
}

/** An object without the fields whose values are not taken; null says nothing, and is. */
function only(object: JsonObject, taken: Readonly<Record<string, IsTaken>>): JsonObject {
  const wrong = Object.entries(taken).filter(
    ([name, isTaken]) => object[name] !== undefined && object[name] !== null && !isTaken(object[name]),
  );
  if (wrong.length === 0) return object;
  const names = wrong.map(([name]) => name);
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));
}
