import { describe, expect, test } from 'vitest';
import { bridgeProcess } from './bridge-process.js';
import { askModels, takeTurn, wellFormed } from './codex-turn.js';
import { LARGE } from './rows/large.js';

const LIMIT_MB = 200;

// One after the other, each in a process of its own: the peak is one server's.
describe('a bridge that is sent', () => {
  test.each(LARGE.filter(({ isCarried }) => !isCarried))('$name', async (row) => {
    const bridges = await bridgeProcess();
    const baseUrl = await bridges.before(row);
    await askModels(baseUrl);
    wellFormed(await takeTurn(baseUrl));
    expect(await bridges.peakMb()).toBeLessThan(LIMIT_MB);
  });

  test.each(LARGE.filter(({ isCarried }) => isCarried))('$name, until the client goes away', async (row) => {
    const bridges = await bridgeProcess();
    await takeTurn(await bridges.before(row), 3_000);
    expect(await bridges.peakMb()).toBeLessThan(LIMIT_MB);
  });
});
