import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { onceLetGo } from '../../src/codex/let-go.js';
import { scratch } from '../cli.js';

/** What Windows says of a file that is open elsewhere; no other system says it of one. */
const held = () => Object.assign(new Error('held'), { code: 'EBUSY' });

test('on Windows it is tried until the other program lets go', async () => {
  const folder = await scratch();
  const [from, to] = [join(folder, 'a'), join(folder, 'b')];
  await writeFile(from, 'new');
  let refusals = 3;
  await onceLetGo(async () => {
    refusals -= 1;
    if (refusals >= 0) throw held();
    await rename(from, to);
  }, true);
  expect(refusals).toBe(-1);
  expect(await readFile(to, 'utf8')).toBe('new');
});

test('what is never let go is told, and so is every other error at once', async () => {
  const tries: string[] = [];
  const fail = (code: string) => () => {
    tries.push(code);
    throw Object.assign(new Error(code), { code });
  };
  await expect(onceLetGo(fail('EPERM'), true)).rejects.toThrow('EPERM');
  await expect(onceLetGo(fail('ENOSPC'), true)).rejects.toThrow('ENOSPC');
  expect(tries.filter((code) => code === 'EPERM').length).toBeGreaterThan(5);
  expect(tries.filter((code) => code === 'ENOSPC')).toHaveLength(1);
});

test('elsewhere the first refusal holds', async () => {
  let tries = 0;
  const work = () => {
    tries += 1;
    throw held();
  };
  await expect(onceLetGo(work, false)).rejects.toThrow('held');
  expect(tries).toBe(1);
});
