import type { Call, Generated } from './generate.js';
import { newId } from './id.js';
import type { Json, ResponsesRequest } from './request.js';
import { callItem, type Identity, messageItem, responseObject, statusOf } from './response.js';
import { tokensOf } from './tokens.js';

/** One event of a stream, without its sequence number. */
type Event = Json & { readonly type: string };

/** An output item on its way: what announces it, what fills it, what closes it, and what the response object holds. */
interface Streamed {
  readonly open: readonly Event[];
  readonly close: readonly Event[];
  readonly item: Json;
}

/**
 * The events of a turn in the order of LMDeploy 0.18.0: items open and fill while the model speaks, and all of them
 * close when it has ended.
 */
export function* turnEvents(
  identity: Identity,
  request: ResponsesRequest,
  generated: Generated,
): Generator<Event> {
  const begun = responseObject(identity, request, 'in_progress', [], null);
  const status = statusOf(generated);
  const { text, calls } = generated;
  const items: Streamed[] = [];
  if (text !== '' || calls.length === 0) items.push(streamMessage(identity, items.length, text, status));
  for (const call of calls) items.push(streamCall(identity, items.length, call));
  const events: Event[] = [
    { type: 'response.created', response: begun },
    { type: 'response.in_progress', response: begun },
    ...items.flatMap(({ open }) => open),
    ...items.flatMap(({ close }) => close),
    {
      type: `response.${status}`,
      response: responseObject(
        identity,
        request,
        status,
        items.map(({ item }) => item),
        generated,
      ),
    },
  ];
  for (const [index, { type, ...rest }] of events.entries()) yield { type, sequence_number: index, ...rest };
}

function streamMessage(
  { id: response_id }: Identity,
  output_index: number,
  text: string,
  status: ReturnType<typeof statusOf>,
): Streamed {
  const id = newId('msg_');
  const item = messageItem(id, text, status);
  const empty = { id, type: 'message', role: 'assistant', status: 'in_progress', content: [] };
  const part = (words: string) => ({ type: 'output_text', text: words, annotations: [] });
  const at = { response_id, output_index };
  const within = { response_id, item_id: id, output_index, content_index: 0 };
  return {
    open: [
      { type: 'response.output_item.added', ...at, item: empty },
      // Only here, item_id comes behind output_index (0.18.0).
      { type: 'response.content_part.added', ...at, item_id: id, content_index: 0, part: part('') },
      ...tokensOf(text).map((delta) => ({ type: 'response.output_text.delta', ...within, delta })),
    ],
    close: [
      { type: 'response.output_text.done', ...within, text },
      { type: 'response.content_part.done', ...within, part: part(text) },
      { type: 'response.output_item.done', ...at, item },
    ],
    item,
  };
}

function streamCall(
  { id: response_id }: Identity,
  output_index: number,
  { name, arguments: text }: Call,
): Streamed {
  const id = newId('chatcmpl-tool-');
  const at = { response_id, item_id: id, output_index };
  const head = { id, type: 'function_call', call_id: id, name };
  return {
    open: [
      {
        type: 'response.output_item.added',
        response_id,
        output_index,
        item: { ...head, arguments: '', status: 'in_progress' },
      },
      ...tokensOf(text).map((delta) => ({ type: 'response.function_call_arguments.delta', ...at, delta })),
    ],
    close: [
      { type: 'response.function_call_arguments.done', ...at, name, arguments: text },
      {
        type: 'response.output_item.done',
        response_id,
        output_index,
        item: { ...head, arguments: text, status: 'completed' },
      },
    ],
    item: callItem(id, name, text),
  };
}

/** The same turn in one piece. */
export function wholeResponse(identity: Identity, request: ResponsesRequest, generated: Generated): Json {
  return [...turnEvents(identity, request, generated)].at(-1)?.['response'] as Json;
}
