import { describe, test } from 'vitest';
import { look, warned } from './row.js';
import { REFUSED_TURNS } from './rows/turn.js';

describe.concurrent('a turn that is refused:', () => {
  test.each(REFUSED_TURNS)('$name', async ({ check, words, ...row }) =>
    warned(await look(row), check, words),
  );
});
