import { describe, test } from 'vitest';
import { look, refused } from './row.js';
import { CONNECTIONS } from './rows/connection.js';

describe.concurrent('a server that gives no answer', () => {
  test.each(CONNECTIONS)('$name', async ({ words, ...row }) => {
    refused(await look(row), 'server-unreachable', words);
  });
});
