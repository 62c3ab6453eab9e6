import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { palette } from '../../src/ui/palette.js';

test.each([
  // TTY, environment, --color: coloured?
  [true, {}, true, true],
  [false, {}, true, false],
  [true, {}, false, false],
  [true, { NO_COLOR: '1' }, true, false],
  [true, { NO_COLOR: '' }, true, true],
  [false, { FORCE_COLOR: '1' }, true, true],
  [true, { FORCE_COLOR: '0' }, true, false],
  [true, { FORCE_COLOR: '1', NO_COLOR: '1' }, true, false],
  [true, { FORCE_COLOR: '1' }, false, false],
  [true, { TERM: 'dumb' }, true, false],
])('TTY %s, %j, colour flag %s: %s', (isTTY, env, flag, coloured) => {
  const stream = Object.assign(new PassThrough(), { isTTY });
  expect(palette(stream, env, flag).red('x') !== 'x').toBe(coloured);
});
