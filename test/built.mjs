// The built program, for a script that runs it in its own process.
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

const require = createRequire(import.meta.url);
const DIST = resolve(import.meta.dirname, '../dist');

export const { run, processContext } = require('../dist/main.js');

/** Loads all of it, so that no command loads anything later. */
export function loadAll() {
  for (const name of readdirSync(DIST))
    if (name.endsWith('.js') && name !== 'bin.js') require(join(DIST, name));
}
