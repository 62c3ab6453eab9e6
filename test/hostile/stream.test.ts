import { describe, test } from 'vitest';
import { look, warned } from './row.js';
import { BROKEN_STREAMS } from './rows/stream.js';

describe.concurrent('a stream that Codex can not use:', () => {
  test.each(BROKEN_STREAMS)('$name', async ({ check, words, ...row }) =>
    warned(await look(row), check, words),
  );
});
