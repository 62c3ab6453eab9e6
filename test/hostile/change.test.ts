import { describe, test } from 'vitest';
import { look, orderly, warned } from './row.js';
import { DAMAGED, DYING, MOODY } from './rows/change.js';

describe.concurrent('a server that dies', () => {
  test.each(DYING)('$name', async ({ check, ...row }) => {
    warned(await look(row), check, /closed the connection|Nothing listens/);
  });
});

describe.concurrent('a server that answers each request in another way', () => {
  test.each(MOODY)('$name', async (row) => orderly(await look(row)));
});

describe.concurrent('a server whose answers are damaged on their way', () => {
  test.each(DAMAGED)('$name', async (row) => orderly(await look(row)));
});
