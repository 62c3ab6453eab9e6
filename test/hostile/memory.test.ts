import { describe, expect, test } from 'vitest';
import { initProcess } from './process.js';
import { refusedAlone, warnedAlone } from './row.js';
import { LARGE } from './rows/large.js';

const LIMIT_MB = 200;

describe.concurrent('a process that is sent', () => {
  test.each(LARGE)('$name', async ({ serve, says, words }) => {
    const ran = await initProcess(await serve());
    if (says.startsWith('responses.')) warnedAlone(ran, says, words);
    else refusedAlone(ran, says, words);
    expect(ran.peakMb).toBeLessThan(LIMIT_MB);
  });
});
