import { type History, readHistory } from './history.js';
import { refuse, repr } from './refusal.js';
import { type FunctionTool, readTools, type ToolChoice } from './tools.js';

export type Json = Record<string, unknown>;

/** What the server was told of itself when it was started. */
export interface Served {
  readonly models: readonly string[];
  readonly toolCallParser: boolean;
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
 * Reads the body of `POST /v1/responses`, with the checks of LMDeploy 0.18.0 in their order.
 *
 * @throws Refusal
 */
export function readRequest(text: string, served: Served): ResponsesRequest {
  const body = parse(text);
  checkTypes(body);
  checkSupport(body);
  checkSampling(body);
  const model = modelOf(body, served.models);
  const history = readHistory(body['input'], body['instructions']);
  const { tools, toolChoice } = readTools(body['tools'], body['tool_choice'], served.toolCallParser);
  return {
    model,
    stream: body['stream'] === true,
    history,
    tools: toolChoice === 'none' ? [] : tools,
    toolChoice,
    parallelToolCalls: body['parallel_tool_calls'] !== false,
    maxOutputTokens: typeof body['max_output_tokens'] === 'number' ? body['max_output_tokens'] : null,
    body,
  };
}

function parse(text: string): Json {
  if (text === '') throw refuse(400, 'Field required');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    // Python counts the position as V8 does, but V8 does not always tell it.
    const position = /position (\d+)/.exec(String(error))?.[1] ?? '1';
    throw refuse(400, `${position}: JSON decode error`);
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw refuse(400, 'Input should be a valid dictionary or object to extract fields from');
  return json as Json;
}

/** The field checks that a client meets by mistake; the real server checks every field. */
function checkTypes({ input, model, max_output_tokens: limit }: Json): void {
  const isInput = input == null || typeof input === 'string' || Array.isArray(input);
  const holdsText = Array.isArray(input) && input.some((item) => typeof item !== 'object');
  if (!isInput || holdsText) throw refuse(400, 'input.str: Input should be a valid string');
  if (model != null && typeof model !== 'string') throw refuse(400, 'model: Input should be a valid string');
  if (typeof limit === 'number' && limit <= 0)
    throw refuse(400, 'max_output_tokens: Input should be greater than 0');
}

function checkSupport(body: Json): void {
  if (body['background'] === true)
    throw refuse(400, 'background mode is not supported by Responses Text V1.', 'background');
  for (const field of ['context_management', 'conversation', 'previous_response_id', 'prompt'])
    if (body[field] != null) throw refuse(400, `${field} is not supported by Responses Text V1.`, field);
  if (body['input'] == null) throw refuse(400, 'input is required by Responses Text V1.', 'input');
  if (Array.isArray(body['input']) && body['input'].length === 0)
    throw refuse(400, 'input must not be an empty list.', 'input');
}

function checkSampling(body: Json): void {
  const ranges = { temperature: 2, top_p: 1, min_p: 1 };
  for (const [field, most] of Object.entries(ranges)) {
    const value = body[field];
    if (typeof value === 'number' && !(value >= 0 && value <= most))
      throw refuse(400, `${field} must be in [0, ${most}].`, field);
  }
}

/** A missing or an empty name means the base model. */
function modelOf({ model }: Json, models: readonly string[]): string {
  const name = (typeof model === 'string' && model) || models[0] || '';
  if (!models.includes(name)) throw refuse(404, `The model ${repr(name)} does not exist.`, 'model');
  return name;
}
