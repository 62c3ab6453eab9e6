import { checkFields } from './fields.js';
import { checkArguments, type History, readHistory } from './history.js';
import { jsonFault } from './invalid-json.js';
import { crash, invalid, refuse, repr } from './refusal.js';
import type { Behaviour } from './release.js';
import { type FunctionTool, readTools, type ToolChoice } from './tools.js';

export type Json = Record<string, unknown>;

/** What the server was told of itself when it was started. */
export interface Served {
  readonly models: readonly string[];
  readonly toolCallParser: boolean;
  readonly behaviour: Behaviour;
}

/** A request that passed every check, as the model will see it. */
export interface ResponsesRequest {
  readonly model: string;
  readonly stream: boolean;
  readonly history: History;
  readonly tools: readonly FunctionTool[];
  readonly toolChoice: ToolChoice;
  readonly parallelToolCalls: boolean;
  readonly maxOutputTokens: number | null;
  /** The body as it came, for what the response echoes. */
  readonly body: Json;
}

/**
 * Reads the body of `POST /v1/responses`, with LMDeploy's checks in their order.
 *
 * @throws Refusal
 */
export function readRequest(text: string, served: Served): ResponsesRequest {
  const { behaviour } = served;
  const body = parse(text, behaviour);
  checkFields(body, behaviour);
  checkSupport(body, behaviour);
  const model = modelOf(body, served);
  const history = readHistory(body['input'], body['instructions']);
  checkTextFormat(body['text']);
  const { tools, toolChoice } = readTools(body['tools'], body['tool_choice'], served.toolCallParser);
  if (behaviour.sampling === 'crash' && samplingFault(body) !== null) throw crash();
  checkArguments(body['input']);
  return {
    model,
    stream: body['stream'] === true,
    history,
    tools,
    toolChoice,
    parallelToolCalls: body['parallel_tool_calls'] !== false,
    maxOutputTokens: typeof body['max_output_tokens'] === 'number' ? body['max_output_tokens'] : null,
    body,
  };
}

function parse(text: string, behaviour: Behaviour): Json {
  if (text === '') throw invalid(behaviour, null, [], 'Field required', 'missing');
  const fault = jsonFault(text);
  if (fault !== null) throw invalid(behaviour, text, [fault.position], 'JSON decode error', 'json_invalid');
  const json: unknown = JSON.parse(text);
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json as Json;
  const message = 'Input should be a valid dictionary or object to extract fields from';
  throw invalid(behaviour, json, [], message, 'model_attributes_type');
}

function checkSupport(body: Json, { emptyInput, sampling }: Behaviour): void {
  const unsupported = (what: string, field: string) =>
    refuse(400, `${what} is not supported by Responses Text V1.`, field);
  if (body['background'] === true) throw unsupported('background mode', 'background');
  for (const field of ['context_management', 'conversation', 'previous_response_id', 'prompt'])
    if (body[field] != null) throw unsupported(field, field);
  if (body['input'] == null) throw refuse(400, 'input is required by Responses Text V1.', 'input');
  if (Array.isArray(body['input']) && body['input'].length === 0) {
    if (emptyInput === 'crash') throw crash();
    throw emptyInput === 'named'
      ? refuse(400, 'input must not be an empty list.', 'input')
      : refuse(400, 'Request preprocessing failed.');
  }
  const fault = samplingFault(body);
  if (sampling === 'named' && fault !== null) throw fault;
}

function samplingFault(body: Json): Error | null {
  const ranges = { temperature: 2, top_p: 1, top_k: Number.POSITIVE_INFINITY, min_p: 1 };
  for (const [field, most] of Object.entries(ranges)) {
    const value = body[field];
    if (typeof value !== 'number' || (value >= 0 && value <= most)) continue;
    const rule = field === 'top_k' ? 'cannot be a negative integer' : `must be in [0, ${most}]`;
    return refuse(400, `${field} ${rule}.`, field);
  }
  return null;
}

function checkTextFormat(text: unknown): void {
  const format = (text as Json | null | undefined)?.['format'];
  if (format == null) return;
  if (typeof format !== 'object' || Object.keys(format).length === 0)
    throw refuse(400, '`text.format` must be an object.', 'text');
  const { type = 'text' } = format as Json;
  if (type !== 'text' && type !== 'json_object' && type !== 'json_schema')
    throw refuse(400, `Unsupported text.format type: ${repr(type)}.`, 'text');
}

/** A missing or an empty name means the base model. */
function modelOf({ model }: Json, { models, behaviour }: Served): string {
  const name = (typeof model === 'string' && model) || models[0] || '';
  if (models.includes(name)) return name;
  throw refuse(404, `The model ${repr(name)} does not exist.`, 'model', behaviour.unknownModel);
}
