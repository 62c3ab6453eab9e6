#!/usr/bin/env node
// Writes docs/contract.md from what the last run of wire.test.ts saw of each real LMDeploy.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { COUNTER, cell, counts, escaped, withoutCounter } from './cells.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, '../..');
const releases = JSON.parse(readFileSync(join(here, 'releases.json'), 'utf8')).map(({ release }) => release);
const raw = releases.map((release) =>
  JSON.parse(readFileSync(join(root, '.contract/seen', `${release}.json`), 'utf8')),
);
const seen = raw.map(withoutCounter);

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
| \`usage\` counts \`${COUNTER}\` | ${raw.map(counts).join(' | ')} |
${ordered.map(({ line }) => line).join('\n')}
`,
);
