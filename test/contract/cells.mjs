/** One difference stands in every answer, and would hide the others: it has a row of its own. */
export const COUNTER = 'cache_write_tokens';

/** What one run of wire.test.ts saw of a release, without what is counted apart. */
export function withoutCounter(seen) {
  return JSON.parse(JSON.stringify(seen, (key, value) => (key === COUNTER ? undefined : value)));
}

/** Whether a release counts it. */
export function counts(seen) {
  const usage = seen['plain text']?.body?.usage;
  return usage === undefined ? 'no usage' : COUNTER in usage.input_tokens_details ? 'yes' : 'no';
}

/** One answer in a few words; two that differ anywhere get different words. */
export function cell(observation) {
  if (observation === undefined) return 'not seen';
  const { status, body } = observation;
  if (Array.isArray(body)) return stream(body);
  if (typeof body === 'string') return body === '' ? `${status}` : `${status} ${body}`;
  const error = body.error ?? body.detail ?? (body.message && status !== 200 ? body : undefined);
  if (error !== undefined && error !== null && body.output === undefined) return `${status} ${fault(error)}`;
  if (body.output !== undefined) return `${status} ${answer(body)}`;
  return `${status} ${JSON.stringify(body).slice(0, 60)}`;
}

function fault(error) {
  if (typeof error === 'string') return error;
  const { message, msg, param, type } = error;
  return [message ?? msg, param ? `param ${param}` : null, type ? `(${type})` : null]
    .filter(Boolean)
    .join(' ');
}

function stream(events) {
  const last = events.at(-1);
  if (last.response) return `stream: ${answer(last.response)}`;
  return `stream: cut after ${events.findLast(({ type }) => type !== '(cut)')?.type}`;
}

function answer({ status, output, error }) {
  const items = output.map((item) =>
    item.type === 'message' ? `"${item.content[0].text}"` : `${item.name}(${item.arguments})`,
  );
  return `${status}: ${items.join(', ')}${error ? ` (${error.message})` : ''}`;
}

/** The same for a cell of a Markdown table. */
export function escaped(text) {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('\n', '\\n').slice(0, 160);
}
