import { spawnSync } from 'node:child_process';
import { setMaxListeners } from 'node:events';
import { readdir, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { takeLock } from '../../src/codex/lock.js';
import { scratch } from '../cli.js';

const { signal } = new AbortController();
setMaxListeners(0, signal);
const options = { pid: process.pid, signal };
const deadPid = () => spawnSync(process.execPath, ['-e', '0']).pid;
const holder = (over: object) => JSON.stringify({ pid: process.pid, host: hostname(), token: 't', ...over });

test('one at a time: twenty that want it never meet', async () => {
  const folder = await scratch();
  let inside = 0;
  let most = 0;
  await Promise.all(
    Array.from({ length: 20 }, async () => {
      const release = await takeLock(join(folder, 'lock'), options);
      inside += 1;
      most = Math.max(most, inside);
      await pause(1);
      inside -= 1;
      await release();
    }),
  );
  expect(most).toBe(1);
  expect(await readdir(folder)).toEqual([]);
});

test('who waits is told for whom, and gives up with the name', async () => {
  const path = join(await scratch(), 'lock');
  const release = await takeLock(path, options);
  const told: string[] = [];
  const waiting = takeLock(path, { ...options, waitLimitMs: 120, onWait: (who) => told.push(who) });
  await expect(waiting).rejects.toMatchObject({
    code: 'config-locked',
    message: expect.stringContaining(`process ${process.pid}`),
  });
  expect(told).toEqual([`another codex-lmdeploy (process ${process.pid})`]);
  await release();
});

test('Ctrl-C ends the waiting', async () => {
  const path = join(await scratch(), 'lock');
  await takeLock(path, options);
  const abort = new AbortController();
  const waiting = takeLock(path, { ...options, signal: abort.signal });
  abort.abort();
  await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
});

test.each([
  ['of a process that is gone', () => holder({ pid: deadPid() }), 0],
  ['that is older than any run, its number given to somebody else', () => holder({}), 121],
  ['of another machine, as old', () => holder({ host: 'elsewhere', pid: 1 }), 121],
  ['whose writer died before it wrote a word', () => '', 6],
])('a lock %s is taken over, by one of many', async (_what, text, ageS) => {
  const folder = await scratch();
  const path = join(folder, 'lock');
  await writeFile(path, text());
  const then = Date.now() / 1000 - ageS;
  await utimes(path, then, then);
  let inside = 0;
  await Promise.all(
    Array.from({ length: 20 }, async () => {
      const release = await takeLock(path, options);
      inside += 1;
      expect(inside).toBe(1);
      await pause(1);
      inside -= 1;
      await release();
    }),
  );
  expect(await readdir(folder)).toEqual([]);
});

test.each([
  ['of a living process', () => holder({}), 0],
  [
    'of another machine, though no such process is here',
    () => holder({ host: 'elsewhere', pid: deadPid() }),
    0,
  ],
  ['that is being written', () => '', 0],
])('a lock %s is left alone', async (_what, text, ageS) => {
  const path = join(await scratch(), 'lock');
  await writeFile(path, text());
  const then = Date.now() / 1000 - ageS;
  await utimes(path, then, then);
  await expect(takeLock(path, { ...options, waitLimitMs: 100 })).rejects.toMatchObject({
    code: 'config-locked',
  });
  expect(await readdir(join(path, '..'))).toEqual(['lock']);
});
