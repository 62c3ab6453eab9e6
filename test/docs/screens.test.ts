import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { screens } from '../../build/screens.mjs';
import { ROOT } from '../cli.js';

test('the pictures show what the program prints (npm run docs:screens)', async () => {
  const made = Object.entries(await screens());
  const names = ['init', 'doctor', 'fleet'];
  expect(made.map(([file]) => file)).toEqual(names.map((name) => `docs/screens/${name}.svg`));
  for (const [file, svg] of made) {
    expect(svg).toBe(await readFile(join(ROOT, file), 'utf8'));
    // Nothing of the machine on which it was made.
    expect(svg).not.toMatch(/\/tmp|\/root|\/home|\/work/);
  }
});
