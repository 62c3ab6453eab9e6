import type { Shape } from './shapes.js';

/** What a server did with a request, without what no two runs share: ids, times, and how a tokenizer cuts. */
export interface Observation {
  readonly status: number;
  readonly type: string;
  readonly body: unknown;
}

/** Sends one shape to `/v1/responses`. */
export async function observe(
  baseUrl: string,
  { body, contentType = 'application/json' }: Shape,
  key?: string,
): Promise<Observation> {
  const response = await fetch(`${baseUrl}/responses`, {
    method: 'POST',
    headers: { 'content-type': contentType, ...headers(key) },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const text = await readWhatCame(response);
  const type = response.headers.get('content-type') ?? '';
  return {
    status: response.status,
    type,
    body: type.startsWith('text/event-stream') ? events(text) : json(text),
  };
}

/** A connection of its own for each request: a server that crashed in one closes it under the next. */
function headers(key: string | undefined): Record<string, string> {
  return { connection: 'close', ...(key !== undefined && { authorization: `Bearer ${key}` }) };
}

/** The body, or as much of it as came before the server cut it. */
async function readWhatCame(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  try {
    for await (const chunk of response.body ?? [])
      text += decoder.decode(chunk as Uint8Array, { stream: true });
  } catch {
    text += '\n\ndata: {"type":"(cut)"}';
  }
  return text;
}

/** GET on any path beside the `/v1` root. */
export async function look(
  { baseUrl }: { baseUrl: string },
  path: string,
  key?: string,
): Promise<Observation> {
  const url = baseUrl.replace(/\/v1$/, path);
  const response = await fetch(url, { redirect: 'manual', headers: headers(key) });
  const type = response.headers.get('content-type') ?? '';
  return { status: response.status, type, body: json(await response.text()) };
}

/** POST without a body, on any path beside the `/v1` root. */
export async function tell(
  { baseUrl }: { baseUrl: string },
  path: string,
  contentType = 'application/json',
): Promise<Observation> {
  const response = await fetch(baseUrl.replace(/\/v1$/, path), {
    method: 'POST',
    headers: { ...headers(undefined), 'content-type': contentType },
  });
  const type = response.headers.get('content-type') ?? '';
  return { status: response.status, type, body: json(await response.text()) };
}

function json(text: string): unknown {
  try {
    return settle(JSON.parse(text));
  } catch {
    return text;
  }
}

/** The events of a stream; neighbouring deltas are one, for how many there are is the tokenizer's. */
function events(text: string): unknown[] {
  const list: Record<string, unknown>[] = [];
  for (const block of text.split('\n\n').filter((one) => one.trim() !== '')) {
    const data = /^data: (.*)$/m.exec(block)?.[1];
    const event = data === undefined ? { unreadable: block } : (JSON.parse(data) as Record<string, unknown>);
    const last = list.at(-1);
    const goesOn =
      typeof event['delta'] === 'string' &&
      last?.['type'] === event['type'] &&
      last?.['item_id'] === event['item_id'];
    if (last && goesOn) last['delta'] = `${last['delta']}${event['delta']}`;
    else list.push(event);
  }
  return list.map(({ sequence_number: _, ...event }) => settle(event));
}

/** What both scripts say when nothing else was asked for. */
const HELLO = 'Hello from LMDeploy.';

// A call's id is `chatcmpl-tool-…`; before 0.18 without streaming `chatcmpl-…`.
const PREFIXED = /^(resp_|msg_|chatcmpl-|modelperm-|call_).+$/;
const COUNTS = new Set(['input_tokens', 'output_tokens', 'total_tokens', 'reasoning_tokens']);
const TIMES = new Set(['created', 'created_at']);

function settle(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) return value.map((one) => settle(one));
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    if ('detail' in value && Array.isArray(value.detail)) return firstFault(value.detail);
    return Object.fromEntries(entries.map(([name, one]) => [name, settle(one, name)]));
  }
  if (typeof value === 'number' && (COUNTS.has(key) || TIMES.has(key))) return `(${key})`;
  if (typeof value !== 'string') return value;
  if (key === 'arguments' || key === 'delta') return compactJson(cutShort(value));
  if (key === 'text' || key === 'output_text') return cutShort(value);
  return value.replace(PREFIXED, '$1…').replace(/Input length \(\d+\)/, 'Input length (N)');
}

/** FastAPI lists a fault for every type that a field might have had; clients read the first. */
function firstFault([first]: readonly unknown[]): unknown {
  if (typeof first !== 'object' || first === null) return { detail: first };
  const { type, loc, msg } = first as Record<string, unknown>;
  return { detail: { type, loc, msg } };
}

/** Where an answer is cut by a number of tokens, what is left of it is the tokenizer's. */
function cutShort(text: string): string {
  return text !== '' && text !== HELLO && HELLO.startsWith(text) ? '(cut short)' : text;
}

/** Python puts a blank behind commas and colons, JavaScript none. */
function compactJson(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return text;
  }
}
