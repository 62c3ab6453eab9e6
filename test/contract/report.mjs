#!/usr/bin/env node
// Writes docs/contract.md from what the last run of wire.test.ts saw of each real LMDeploy.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, '../..');
const releases = JSON.parse(readFileSync(join(here, 'releases.json'), 'utf8')).map(({ release }) => release);
const raw = releases.map((release) =>
  JSON.parse(readFileSync(join(root, '.contract/seen', `${release}.json`), 'utf8')),
);

// One difference stands in every answer, and would hide the others: it gets a row of its own.
const COUNTER = 'cache_write_tokens';
const seen = raw.map((one) =>
  JSON.parse(JSON.stringify(one, (key, value) => (key === COUNTER ? undefined : value))),
);
const counts = raw.map((one) => {
  const usage = one['plain text'].body.usage;
  return usage === undefined ? 'no usage' : COUNTER in usage.input_tokens_details ? 'yes' : 'no';
});

/** One answer in a few words; two that differ anywhere get different words. */
function cell(observation) {
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

const escaped = (text) =>
  text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('\n', '\\n').slice(0, 160);
const rows = Object.keys(seen[0]).map((name) => {
  const whole = seen.map((one) => JSON.stringify(one[name]));
  const differs = whole.some((text) => text !== whole[0]);
  const cells = seen.map((one, index) =>
    index > 0 && whole[index] === whole[0] ? 'same' : escaped(cell(one[name])),
  );
  return { differs, line: `| ${name} | ${cells.join(' | ')} |` };
});
const ordered = [...rows.filter(({ differs }) => differs), ...rows.filter(({ differs }) => !differs)];

writeFileSync(
  join(root, 'docs/contract.md'),
  `# What each LMDeploy answers

Written by \`npm run contract:report\` from what the contract suite saw of the real ones: their own serving layer with a
scripted engine. "same" is the same answer as in the first column, ids, times, token counts and \`${COUNTER}\` aside; where two cells
with the same words are not "same", the answers differ in a detail that their words leave out. Rows in which the
releases differ come first. The stand-in (\`src/stand-in/\`) gives every one of these answers too: the suite holds it
against them.

To add a release: one line in \`test/contract/releases.json\` (\`standIn\`: the release that it should answer like), then
\`npm run contract:setup && npm run contract:report\`. What turns red is what changed.

| request | ${releases.join(' | ')} |
|---|${releases.map(() => '---').join('|')}|
| \`usage\` counts \`${COUNTER}\` | ${counts.join(' | ')} |
${ordered.map(({ line }) => line).join('\n')}
`,
);
