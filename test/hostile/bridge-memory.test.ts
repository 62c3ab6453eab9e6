import { describe, expect, test } from 'vitest';
import { bridgeProcess } from './bridge-process.js';
import { askModels, takeTurn, wellFormed } from './codex-turn.js';
import { LARGE } from './rows/large.js';

const LIMIT_MB = 200;

// One after the other, each in a process of its own: the peak is one server's.
describe('a bridge that is sent', () => {
  test.each(LARGE)('$name', async ({ name, serve }) => {
    const bridges = bridgeProcess();
    const baseUrl = await bridges.before({ name, serve });
    await askModels(baseUrl);
    wellFormed(await takeTurn(baseUrl));
    expect(bridges.ended()).toBeNull();
    expect(await bridges.peakMb()).toBeLessThan(LIMIT_MB);
  });
});
