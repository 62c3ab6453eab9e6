import { events, inResponse, sse, streams } from '../front.js';
import type { Row } from '../row.js';

/** What Codex 0.169.0 reads, so it is no fault. */
export const ODD_STREAMS: readonly Row[] = [
  { name: 'CRLF', serve: () => sse((text) => text.replaceAll('\n', '\r\n')) },
  { name: 'comments', serve: () => sse((text) => `: hello\n\n${text.replaceAll('\n\n', '\n\n: ping\n\n')}`) },
  { name: 'no space after the colon', serve: () => sse((text) => text.replace(/^(data|event): /gm, '$1:')) },
  {
    name: 'several data lines',
    serve: () =>
      sse((text) =>
        text.replace(/^data: (.*)$/gm, (_, json: string) =>
          JSON.stringify(JSON.parse(json), null, 1).replace(/^/gm, 'data: '),
        ),
      ),
  },
  { name: 'no event lines', serve: () => sse((text) => text.replace(/^event: .*\n/gm, '')) },
  {
    name: 'ids and retry times',
    serve: () => sse((text) => text.replace(/^event: /gm, 'id: 1\nretry: 5\nevent: ')),
  },
  { name: 'characters cut in two', serve: () => sse((text) => halves(text.replaceAll('Hello', 'Grüße 🙂'))) },
  {
    name: 'a few bytes at a time',
    serve: () => sse((text) => pieces(Buffer.from(text), 11)),
  },
  { name: '[DONE] at the end', serve: () => events((all) => [...all, '[DONE]']) },
  {
    name: '[DONE] before the last event',
    serve: () => events((all) => [...all.slice(0, -1), '[DONE]', all.at(-1)]),
  },
  { name: 'two response.completed', serve: () => events((all) => [...all, all.at(-1)]) },
  { name: 'events that nobody knows', serve: () => events((all) => [{ type: 'x.y', item: 1 }, ...all]) },
  {
    name: 'events that are no JSON objects',
    serve: () => events((all) => ['ping', '', '"x"', 'null', '[]', '{}', ...all]),
  },
  {
    name: 'items without an id',
    serve: () =>
      events((all) =>
        all.map(({ item, ...rest }) => (item ? { ...rest, item: { ...item, id: undefined } } : rest)),
      ),
  },
  { name: 'no usage', serve: () => events((all) => inResponse(all, { usage: undefined })) },
  { name: 'usage: null', serve: () => events((all) => inResponse(all, { usage: null })) },
  {
    name: 'a negative usage',
    serve: () =>
      events((all) => inResponse(all, { usage: { input_tokens: -5, output_tokens: -1, total_tokens: -6 } })),
  },
  { name: 'no content-type', serve: () => streams((response, text) => response.writeHead(200).end(text)) },
  {
    name: 'other numbers of events',
    serve: () => events((all) => all.map((event) => ({ ...event, sequence_number: 0 }))),
  },
];

function pieces(bytes: Buffer, length: number): Buffer[] {
  const count = Math.ceil(bytes.length / length);
  return Array.from({ length: count }, (_, index) => bytes.subarray(index * length, (index + 1) * length));
}

function halves(text: string): Buffer[] {
  const bytes = Buffer.from(text);
  const middles = [...bytes.entries()].filter(([, byte]) => byte >= 0x80 && byte < 0xc0).map(([at]) => at);
  return [0, ...middles].map((from, index) => bytes.subarray(from, middles[index]));
}
