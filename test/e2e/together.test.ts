import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readToml } from '../../src/toml/read.js';
import { scratch } from '../cli.js';
import { expectTidy } from '../kill/homes.js';
import { program } from '../program.js';

const MINE = '# mine\r\nmodel = "gpt-5" # cheap\r\n\r\n[mcp_servers.t]\r\ncommand = "echo"\r\n';
const how = ['--yes', '--no-verify'];
const twenty = Array.from({ length: 20 }, (_, index) => index);

async function homeWith(text: string) {
  const home = await scratch();
  const config = join(home, 'config.toml');
  await writeFile(config, text);
  return { home, config, read: () => readFile(config, 'utf8') };
}

async function allAtOnce(home: string, runs: readonly (readonly string[])[]) {
  const ends = await Promise.all(runs.map((args) => program([...args, ...how], { home })));
  for (const { code, stderr } of ends) expect(code, stderr).toBe(0);
  await expectTidy(home);
  return ends;
}

test('twenty inits of one provider at once: one of them writes, nothing is lost', async () => {
  const { home, read } = await homeWith(MINE);
  const init = ['init', '--offline', '--model', 'm'];
  const ends = await allAtOnce(
    home,
    twenty.map(() => init),
  );
  const text = await read();
  expect(text.match(/\[model_providers\.lmdeploy\]/g)).toHaveLength(1);
  expect(text).toContain(MINE.slice(MINE.indexOf('[mcp_servers')));
  expect(ends.filter(({ stderr }) => stderr.includes('✓ Wrote'))).toHaveLength(1);
  // Beside it lies what the journal holds of the user's files.
  const kept = await readdir(join(home, 'codex-lmdeploy/backup'));
  expect(kept.filter((name) => !name.startsWith('journal.'))).toHaveLength(1);
  await allAtOnce(home, [['remove']]);
  expect(await read()).toBe(MINE);
});

test('twenty providers at once are twenty blocks; removed at once in any order, the old bytes are back', async () => {
  const { home, read } = await homeWith(MINE);
  const init = (n: number) => ['init', '--offline', '--model', `m${n}`, '--provider-id', `p${n}`];
  await allAtOnce(home, twenty.map(init));
  const text = await read();
  expect(Object.keys(readToml(text)['model_providers'] ?? {}).sort()).toEqual(
    twenty.map((n) => `p${n}`).sort(),
  );
  expect(text).toContain('# mine\r\n');
  expect(text).toContain('[mcp_servers.t]\r\ncommand = "echo"\r\n');
  // Those at once come in whatever order the lock gives; the first ones one after another, from the middle.
  for (const n of [9, 19, 0, 10]) await allAtOnce(home, [['remove', '--provider-id', `p${n}`]]);
  const rest = twenty.filter((n) => ![9, 19, 0, 10].includes(n));
  await allAtOnce(
    home,
    rest.map((n) => ['remove', '--provider-id', `p${n}`]),
  );
  expect(await read()).toBe(MINE);
  expect(await readdir(home)).toEqual(['config.toml']);
});
