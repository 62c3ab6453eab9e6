import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../cli.js';
import { findings, type Machine, machine } from '../faults/machine.js';
import { SYMPTOMS } from './symptoms.js';

const README = await readFile(join(ROOT, 'README.md'), 'utf8');
const SECTION = README.split('\n## Troubleshooting\n')[1]?.split('\n## ')[0] ?? '';
const ROWS = [...SECTION.matchAll(/^\| (.+?) \| (.+?) \| (.+) \|$/gm)]
  .slice(1)
  .map(([, cell = '', checks = '']) => ({
    cell,
    checks: [...checks.matchAll(/`(.+?)`/g)].map(([, id]) => id),
  }));

test('the table has a row for each symptom that is tried here, with the checks that find it', () => {
  const tried = Object.entries(SYMPTOMS).map(([cell, ways]) => ({
    cell,
    checks: ways.flatMap(({ check }) => check ?? []),
  }));
  expect(ROWS).toEqual(tried);
});

/** What Codex prints, word by word: the code of a cell, in which … stands for anything. */
function words(cell: string): RegExp[] {
  return [...cell.matchAll(/(`+)(.+?)\1(?!`)/g)].map(
    ([, , code = '']) =>
      new RegExp(
        code
          .trim()
          .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
          .replaceAll('…', '.*'),
      ),
  );
}

/** The real Codex to its end, or until it has said what it would say without end. */
async function codex(
  { cwd, env }: Machine,
  args: readonly string[],
): Promise<{ said: string; answer: string }> {
  const child = spawn('codex', args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let [said, answer] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    answer += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    if (said.includes('waiting for network')) child.kill();
  });
  await new Promise((resolve) => child.on('close', resolve));
  return { said: said + answer, answer };
}

const WAYS = Object.entries(SYMPTOMS).flatMap(([cell, ways]) =>
  ways.map((way) => ({ cell, way, what: way.what })),
);

test.each(WAYS)('$cell: $what', async ({ cell, way }) => {
  const broken = await machine({ ...way, real: true });
  await way.set(broken);
  if (way.before) await codex(broken, await way.before());
  const last = await codex(broken, way.line);
  const patterns = words(cell);
  for (const pattern of patterns) expect(last.said).toMatch(pattern);
  if (patterns.length === 0) expect(last).toMatchObject({ answer: expect.stringMatching(/^\s*$/) });
  broken.args = [...(way.args ?? [])];
  const found = way.isHeld ? way.check : (await findings(broken)).find(({ status }) => status === 'fail')?.id;
  expect(found ?? null).toBe(way.check);
});
