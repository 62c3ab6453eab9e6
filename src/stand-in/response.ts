import { echoFields, echoTool, echoToolChoice } from './echo.js';
import type { Generated } from './generate.js';
import type { Behaviour } from './release.js';
import type { Json, ResponsesRequest } from './request.js';

/** What is the same in every response object of one request. */
export interface Identity {
  readonly id: string;
  readonly createdAt: number;
  readonly behaviour: Behaviour;
}

export type Status = 'in_progress' | 'completed' | 'incomplete' | 'failed';

/** The response object, its fields in the order of LMDeploy 0.18.0; what is not known yet is left out. */
export function responseObject(
  { id, createdAt, behaviour }: Identity,
  request: ResponsesRequest,
  status: Status,
  output: readonly Json[],
  generated: Generated | null,
): Json {
  const { body } = request;
  const echoed = (...fields: string[]) => echoFields(body, fields, DEFAULTS);
  return {
    id,
    created_at: createdAt,
    ...(status === 'failed' && { error: { code: 'server_error', message: failureOf(behaviour) } }),
    ...(status === 'incomplete' && { incomplete_details: { reason: 'max_output_tokens' } }),
    ...echoed('instructions', 'metadata'),
    model: request.model,
    object: 'response',
    output,
    ...echoed('parallel_tool_calls', 'temperature'),
    tool_choice: echoToolChoice(body['tool_choice']),
    tools: ((body['tools'] ?? []) as Json[]).map(echoTool),
    ...echoed('top_p'),
    background: false,
    ...echoed('max_output_tokens', 'max_tool_calls'),
    output_text: generated?.text ?? '',
    ...echoed('prompt_cache_key', 'prompt_cache_retention', 'reasoning', 'safety_identifier', 'service_tier'),
    status,
    ...echoed('text', 'top_logprobs', 'truncation'),
    ...(generated && { usage: usage(generated, behaviour) }),
    ...echoed('user'),
    store: false,
  };
}

/** What LMDeploy 0.18.0 shows of fields that were not sent. One that was sent as null is not shown. */
const DEFAULTS: Json = { parallel_tool_calls: true, service_tier: 'auto', truncation: 'disabled' };

function usage(
  { inputTokens, outputTokens, reasoningTokens }: Generated,
  { cacheWriteTokens }: Behaviour,
): Json {
  return {
    input_tokens: inputTokens,
    input_tokens_details: {
      ...(cacheWriteTokens && { cache_write_tokens: 0 }),
      cached_tokens: 0,
      input_tokens_per_turn: [],
      cached_tokens_per_turn: [],
    },
    output_tokens: outputTokens,
    output_tokens_details: {
      reasoning_tokens: reasoningTokens,
      tool_output_tokens: 0,
      output_tokens_per_turn: [],
      tool_output_tokens_per_turn: [],
    },
    total_tokens: inputTokens + outputTokens,
  };
}

function failureOf({ engineError }: Behaviour): string {
  return engineError === 'text' ? 'Response generation failed.' : 'An internal server error occurred.';
}

/** The status that a response ends with. */
export function statusOf({ finish }: Generated): Exclude<Status, 'in_progress'> {
  return { stop: 'completed', length: 'incomplete', error: 'failed' }[finish] as Exclude<
    Status,
    'in_progress'
  >;
}

/** A message as an output item. It is there also where it is empty, unless there are calls. */
export function messageItem(id: string, text: string, status: Status): Json {
  return {
    id,
    content: [{ annotations: [], text, type: 'output_text' }],
    role: 'assistant',
    // A turn that fails still had its message completed (0.18.0).
    status: status === 'failed' ? 'completed' : status,
    type: 'message',
  };
}

/** A call as an output item of the response object. */
export function callItem(id: string, name: string, text: string): Json {
  return { arguments: text, call_id: id, name, type: 'function_call', id, status: 'completed' };
}
