import { z } from 'zod';
import { parseJson } from './json.js';

/** More than anything has that is meant. */
const MAX_ELEMENTS = 20_000;

/** An array read up to its first wrong element: zod itself describes each of a million, at a kilobyte each. */
function arrayOf<T>(element: z.ZodType<T>) {
  return z
    .array(z.unknown())
    .max(MAX_ELEMENTS)
    .transform((values, context): T[] => {
      const elements: T[] = [];
      for (const [index, value] of values.entries()) {
        const read = element.safeParse(value);
        if (read.success) elements.push(read.data);
        else {
          for (const { path, message } of read.error.issues)
            context.addIssue({ code: 'custom', path: [index, ...path], message });
          return z.NEVER;
        }
      }
      return elements;
    });
}

/** A served name: at most as long as a path, which is LMDeploy's name where none is given, and text that a file can hold. */
const modelId = z
  .string()
  .min(1)
  .max(4096)
  .regex(/^\P{Surrogate}*$/u, { error: 'half a character stands in it' });

/**
 * `GET /v1/models`: the served model first, then LoRA adapters as equals. LMDeploy puts no context length in it (0.14 to
 * 0.18); vLLM and SGLang do, as `max_model_len`.
 */
export const modelList = z.object({
  data: arrayOf(
    z.object({
      id: modelId,
      owned_by: z.string().nullish(),
      max_model_len: z.number().int().positive().nullish().catch(null),
    }),
  ),
});

/** `GET /nodes/status` of `lmdeploy serve proxy`: what it knows of each server behind it, by its address. */
export const nodeList = z.record(z.string(), z.looseObject({}));

/** `GET /is_sleeping` and `GET /health` of LMDeploy. */
export const sleepState = z.object({ is_sleeping: z.boolean() });
export const healthState = z.object({ status: z.string(), message: z.string().nullish() });

/** Reads an object by the schema of its `type`; one of another type passes unseen, with nothing but its type. */
function byType<K extends string, T>(schemas: Readonly<Record<K, z.ZodType<T>>>) {
  return z.looseObject({ type: z.string() }).transform((object, context): T | OfOtherType => {
    if (!Object.hasOwn(schemas, object.type)) return { type: object.type };
    const read = schemas[object.type as K].safeParse(object);
    if (read.success) return read.data;
    for (const { path, message } of read.error.issues) context.addIssue({ code: 'custom', path, message });
    return z.NEVER;
  });
}

/** An item or an event that this tool has no use for. */
interface OfOtherType {
  readonly type: string;
}

/** Codex 0.169.0 loses the turn over one of the three that is missing or a fraction. */
const usage = z.object({
  input_tokens: z.int(),
  output_tokens: z.int(),
  total_tokens: z.int(),
  /** `cache_write_tokens` came with the `openai` package 2.45, so with LMDeploy 0.17. */
  input_tokens_details: z.object({ cache_write_tokens: z.number().nullish() }).nullish(),
  /** LMDeploy counts `reasoning_tokens` since 0.16, and only with a reasoning parser. */
  output_tokens_details: z.object({ reasoning_tokens: z.number().nullish() }).nullish(),
});

const message = z.object({
  type: z.literal('message'),
  content: arrayOf(z.object({ type: z.string(), text: z.string().optional() })),
});

const functionCall = z.object({
  type: z.literal('function_call'),
  call_id: z.string(),
  name: z.string(),
  arguments: z.string(),
});
export type FunctionCall = z.infer<typeof functionCall>;

const outputItem = byType<string, z.infer<typeof message> | FunctionCall>({
  message,
  function_call: functionCall,
});
/** An item of a response's output. */
export type OutputItem = z.infer<typeof outputItem>;

/** The response object, as it comes whole and at the end of a stream. */
export const responseObject = z.object({
  id: z.string(),
  status: z.string(),
  output: arrayOf(outputItem),
  usage: usage.nullish(),
  error: z.object({ message: z.string() }).nullish(),
  incomplete_details: z.object({ reason: z.string() }).nullish(),
});
export type ResponseObject = z.infer<typeof responseObject>;

const itemDone = z.object({ type: z.literal('response.output_item.done'), item: outputItem });
const lastEvent = z.object({
  type: z.enum(['response.completed', 'response.incomplete', 'response.failed']),
  response: responseObject,
});
/** A server's last word on a turn that it gives up. Codex 0.169.0 passes over it, and misses the end of the stream. */
const errorEvent = z.object({ type: z.literal('error'), message: z.string() });
type NeededEvent = z.infer<typeof itemDone> | z.infer<typeof lastEvent> | z.infer<typeof errorEvent>;

/** What Codex takes for an event at all. */
export const anyEvent = z.looseObject({ type: z.string() });

/** The events of a stream; those that Codex 0.169.0 needs back with what it reads of them. */
export const streamEvent = byType<string, NeededEvent>({
  'response.output_item.done': itemDone,
  'response.completed': lastEvent,
  'response.incomplete': lastEvent,
  'response.failed': lastEvent,
  error: errorEvent,
});
export type StreamEvent = z.infer<typeof streamEvent>;

/** Whether an event ends its turn. */
export function isLast(event: StreamEvent): event is z.infer<typeof lastEvent> {
  return 'response' in event;
}

/**
 * A server's JSON text read by a schema.
 *
 * @returns the value, or a sentence part that names the first field that is missing or wrong
 */
export function readJson<T>(schema: z.ZodType<T>, text: string): { value: T } | { problem: string } {
  const read = parseJson(text);
  if ('problem' in read) return read;
  const parsed = schema.safeParse(read.json);
  if (parsed.success) return { value: parsed.data };
  const [issue] = parsed.error.issues;
  const field = issue?.path.map(String).join('.') || 'the document';
  return { problem: `${field}: ${issue?.message.replace(/^Invalid input: /, '') ?? 'has another shape'}` };
}
