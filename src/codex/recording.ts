import { z } from 'zod';

/** What matters of a request's body; everything else in it stays as it came. */
const turnBody = z.looseObject({
  model: z.string(),
  instructions: z.string().optional(),
  input: z.array(
    z.looseObject({
      type: z.string(),
      role: z.string().optional(),
      content: z.array(z.looseObject({ type: z.string(), text: z.string().optional() })).optional(),
    }),
  ),
  /** A model that Codex 0.169.0 knows as a new one of OpenAI's gets them as an item of the input. */
  tools: z.array(z.looseObject({ type: z.string(), name: z.string().optional() })).optional(),
});
type TurnBody = z.infer<typeof turnBody>;

/** A first turn as it is kept: in the cache, and in the recording that comes with this program. */
const keptTurn = z.strictObject({
  codexVersion: z.string(),
  headers: z.record(z.string(), z.string()),
  body: turnBody,
});
export type KeptTurn = z.infer<typeof keptTurn>;

/**
 * A turn that was kept, its fields in the order in which Codex sent them, which a parser would not leave alone.
 *
 * @throws ZodError for anything else
 */
export function asKeptTurn(value: unknown): KeptTurn {
  keptTurn.parse(value);
  return value as KeptTurn;
}

/** The first turn of one Codex: what it sends to `/v1/responses` before anything has happened. */
export interface Recording extends KeptTurn {
  /** The base system prompt, without skills, permissions and environment. */
  readonly prompt: string;
  /** The tools as they go out, namespaces and `web_search` among them. */
  readonly tools: NonNullable<TurnBody['tools']>;
}

/** Headers that say nothing beyond this one request: the connection's, the key, and the ids of turn and thread. */
const OF_ONE_REQUEST =
  /^(authorization|connection|content-length|host|(session|thread)-id|x-client-request-id|x-codex-(window-id|turn-metadata))$/;

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/**
 * A request as it may be kept: no key, no ids, no path of this machine and no time zone. Of the machine stay the name of
 * the shell, the day, and in `user-agent` the operating system and processor.
 *
 * @param scratch the folder that Codex ran in, by all its names; it becomes `/scratch`
 * @throws ZodError for a request that is no turn
 */
export function settle(
  codexVersion: string,
  request: { readonly headers: Readonly<Record<string, string>>; readonly body: unknown },
  scratch: readonly string[],
): KeptTurn {
  const ids = new Map<string, string>();
  const clean = (text: string): string => {
    let out = text;
    for (const path of scratch) out = out.replaceAll(path, '/scratch');
    return out
      .replace(/(<timezone>)[^<]*/g, '$1Etc/UTC')
      .replace(/("turn_started_at_unix_ms":)\d+/g, '$10')
      .replace(UUID, (id) => placeholder(ids, id));
  };
  const headers = Object.entries(request.headers).filter(([name]) => !OF_ONE_REQUEST.test(name));
  return asKeptTurn({ codexVersion, headers: Object.fromEntries(headers), body: deep(request.body, clean) });
}

/** Ids that are the same stay the same. */
function placeholder(ids: Map<string, string>, id: string): string {
  const known = ids.get(id) ?? `00000000-0000-4000-8000-${String(ids.size + 1).padStart(12, '0')}`;
  ids.set(id, known);
  return known;
}

function deep(value: unknown, clean: (text: string) => string): unknown {
  if (typeof value === 'string') return clean(value);
  if (Array.isArray(value)) return value.map((one) => deep(one, clean));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, deep(one, clean)]));
}

/** A kept turn with what is drawn from it; null where no system prompt can be found in it. */
export function recordingOf(turn: KeptTurn): Recording | null {
  const prompt = promptOf(turn.body);
  return prompt === '' ? null : { ...turn, prompt, tools: turn.body.tools ?? [] };
}

/** Up to 0.150.0 the prompt is in `instructions`, in 0.169.0 it is the first developer message. */
function promptOf({ instructions, input }: TurnBody): string {
  if (instructions !== undefined && instructions !== '') return instructions;
  const first = input.find(({ type, role }) => type === 'message' && role === 'developer');
  return (first?.content ?? []).map(({ text }) => text ?? '').join('');
}
