import { expect, test } from 'vitest';
import { CliError, interrupted } from '../src/errors.js';

test('an interruption exits with 130, every other refusal with 2', () => {
  expect(interrupted().exitCode).toBe(130);
  expect(new CliError('usage', 'x', 'y').exitCode).toBe(2);
});
