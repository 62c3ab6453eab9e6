import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, createReadStream, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { ROOT, scratch } from './cli.js';

// More than a pipe holds (64 kB), and each letter two bytes, so that a write may end amid one.
const WRITES = `const { stdout } = require('./dist/main.js').processContext();
  stdout.write('a' + 'é'.repeat(200_000)); stdout.write('z\\n');`;
const ALL = `a${'é'.repeat(200_000)}z\n`;

/** The built program's own standard output, led to a descriptor as it is: Node would make it one that waits. */
function writer(descriptor: number) {
  const child = spawn('/bin/sh', ['-c', 'exec "$0" -e "$1" >&3', process.execPath, WRITES], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit', descriptor],
  });
  closeSync(descriptor);
  return once(child, 'close');
}

test.each([
  ['waits for its reader', 0],
  ['says that it is full', constants.O_NONBLOCK],
])('a pipe that %s gets all of it, in order', async (_, how) => {
  const pipe = join(await scratch(), 'pipe');
  execFileSync('mkfifo', [pipe]);
  // Who opens one end waits for the other, but for this one.
  const first = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
  const ended = writer(openSync(pipe, constants.O_WRONLY | how));
  const reader = createReadStream(pipe);
  await once(reader, 'open');
  closeSync(first);
  // By then it is full.
  await pause(500);
  expect(await text(reader)).toBe(ALL);
  expect(await ended).toEqual([0, null]);
});

test('a file gets all of it', async () => {
  const path = join(await scratch(), 'out');
  expect(await writer(openSync(path, 'w'))).toEqual([0, null]);
  expect(await readFile(path, 'utf8')).toBe(ALL);
});
