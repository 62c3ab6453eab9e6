import { invalid } from './refusal.js';
import type { Behaviour } from './release.js';
import type { Json } from './request.js';

type Path = readonly (string | number)[];

/**
 * The field checks that a client meets by mistake, in the order of LMDeploy's fields; the real server checks every
 * field, before it looks at what the fields say.
 *
 * @throws Refusal
 */
export function checkFields(body: Json, behaviour: Behaviour): void {
  const no = (path: Path, message: string, type: string) => invalid(behaviour, body, path, message, type);
  const { input, max_output_tokens: limit, model, reasoning, tool_choice: choice, tools } = body;
  const items = Array.isArray(input) ? (input as unknown[]) : null;
  if (!(input == null || typeof input === 'string' || items?.every(isObject)))
    throw no(['input', 'str'], 'Input should be a valid string', 'string_type');
  if (typeof limit === 'number' && !Number.isInteger(limit))
    throw no(
      ['max_output_tokens'],
      'Input should be a valid integer, got a number with a fractional part',
      'int_from_float',
    );
  if (typeof limit === 'number' && limit <= 0)
    throw no(['max_output_tokens'], 'Input should be greater than 0', 'greater_than');
  if (model != null && typeof model !== 'string')
    throw no(['model'], 'Input should be a valid string', 'string_type');
  const known = (path: Path, value: unknown, values: readonly string[]) => {
    if (value == null || values.includes(value as string)) return;
    const listed = values.map((one) => `'${one}'`);
    const names = [listed.slice(0, -1).join(', '), listed.at(-1)].join(' or ');
    throw no(path, `Input should be ${names}`, 'literal_error');
  };
  known(['prompt_cache_retention'], body['prompt_cache_retention'], ['in-memory', '24h']);
  if (isObject(reasoning)) {
    known(['reasoning', 'effort'], reasoning['effort'], [
      ...EFFORTS,
      ...(behaviour.effortMax ? ['max'] : []),
    ]);
    known(['reasoning', 'summary'], reasoning['summary'], ['auto', 'concise', 'detailed']);
  }
  known(['service_tier'], body['service_tier'], ['auto', 'default', 'flex', 'scale', 'priority']);
  if (choice !== undefined && !isToolChoice(choice))
    throw no(
      ['tool_choice', "literal['none','auto','required']"],
      "Input should be 'none', 'auto' or 'required'",
      'literal_error',
    );
  checkTools(tools, no);
  known(['truncation'], body['truncation'], ['auto', 'disabled']);
}

const EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh'];

function checkTools(tools: unknown, no: (path: Path, message: string, type: string) => Error): void {
  if (tools === undefined) return;
  if (!Array.isArray(tools)) throw no(['tools'], 'Input should be a valid list', 'list_type');
  const wrong = (tools as unknown[]).findIndex((tool) => !isObject(tool));
  // The real path goes on with the names of all classes that `openai` has for tools, which change with its version.
  if (wrong >= 0)
    throw no(
      ['tools', wrong],
      'Input should be a valid dictionary or object to extract fields from',
      'model_attributes_type',
    );
}

function isToolChoice(choice: unknown): boolean {
  if (!isObject(choice)) return choice === 'auto' || choice === 'none' || choice === 'required';
  if (typeof choice['type'] !== 'string') return false;
  return choice['type'] !== 'function' || typeof choice['name'] === 'string';
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
