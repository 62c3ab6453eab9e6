import { describe, test } from 'vitest';
import { look, sound } from './row.js';
import { ODD_STREAMS } from './rows/odd-stream.js';

describe.concurrent('a stream that is odd and works', () => {
  test.each(ODD_STREAMS)('$name', async (row) => sound(await look(row)));
});
