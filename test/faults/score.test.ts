import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../cli.js';
import { TABLES } from './rows/index.js';
import { lineStart, names } from './score.js';

test('docs/doctor.md has a line for every row, in their order, and no others', async () => {
  const lines = (await readFile(join(ROOT, 'docs/doctor.md'), 'utf8')).split('\n');
  const rows = lines.filter((line) => /^\| .* \| (yes|no|can't run: .*) \|$/.test(line));
  const faults = Object.values(TABLES).flat();
  expect(rows.map((line) => line.split(' | ').slice(0, 2).join(' | '))).toEqual(
    faults.map((fault) => lineStart(fault).replace(/ \|$/, '')),
  );
});

test('rows have names of their own', () => {
  const whats = Object.values(TABLES).flatMap((faults) => faults.map(({ what }) => what));
  expect(new Set(whats).size).toBe(whats.length);
});

test('no generic advice names a cause', () => {
  const advice = 'Check proxy, VPN, firewall, DNS, and custom CA configuration.';
  for (const fault of Object.values(TABLES).flat()) expect(names(fault, advice), fault.what).toBe(false);
});
