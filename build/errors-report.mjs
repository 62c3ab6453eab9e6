#!/usr/bin/env node
// Writes docs/errors.md.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorsPage } from './errors-page.mjs';
import { ROOT } from './parsed-source.mjs';

await writeFile(join(ROOT, 'docs/errors.md'), await errorsPage());
