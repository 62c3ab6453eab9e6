import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './cli.js';

const FILE = join(ROOT, 'test/fixtures/codex-0.169.0/first-turn.json');

/**
 * The first request of Codex 0.169.0, as it was recorded. Of its long texts the fixture keeps only how long they are;
 * words of the same length stand in for them.
 */
export function firstTurn(): object {
  return JSON.parse(readFileSync(FILE, 'utf8'), (_, value: unknown) => {
    const length = typeof value === 'string' ? /^<(\d+) characters>$/.exec(value)?.[1] : undefined;
    return length === undefined
      ? value
      : 'word '.repeat(Math.ceil(Number(length) / 5)).slice(0, Number(length));
  }) as object;
}
