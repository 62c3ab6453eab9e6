import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../cli.js';
import { barrier, codexDoctor } from './codex-doctor.js';
import { titled } from './fault.js';
import { findings, machine } from './machine.js';
import { TABLES } from './rows/index.js';
import { names, page, type Score } from './score.js';

// No test: npm run faults:report writes docs/doctor.md with it.
const scores = new Map<string, Score[]>(Object.keys(TABLES).map((title) => [title, []]));

for (const [title, faults] of Object.entries(TABLES))
  test.each(titled(faults))('%s', async (_, fault) => {
    const the = await machine(fault);
    await fault.set(the);
    const found = await findings(the);
    const ours = found.find(({ id }) => id === fault.check)?.detail ?? '';
    const why = barrier(fault, the);
    const codexs = why ?? names(fault, await codexDoctor(the));
    scores.get(title)?.push({ fault, ours: names(fault, ours), codexs });
  });

test('every row has its scores, and the page is written', async () => {
  for (const [title, faults] of Object.entries(TABLES)) expect(scores.get(title)).toHaveLength(faults.length);
  const { default: codex } = await import('@openai/codex/package.json', { with: { type: 'json' } });
  await writeFile(join(ROOT, 'docs/doctor.md'), page(codex.version, Object.fromEntries(scores)));
});
