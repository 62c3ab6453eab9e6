#!/usr/bin/env node
// What a registry would get: its size and its files. publint and attw look at the rest (npm run check:package).
import { execFileSync } from 'node:child_process';
import process from 'node:process';
import { ROOT } from './parsed-source.mjs';

const MOST_BYTES = 400_000;
/** No types: this is a program, and attw, which looks at nothing else, says that there are none. */
const WANTED =
  /^(dist\/[\w.-]+\.(js|json|txt)|docs\/[\w./-]+|package\.json|(README(\.[\w-]+)?|CHANGELOG|SECURITY)\.md|LICENSE)$/;

const said = execFileSync('npm', ['pack', '--dry-run', '--ignore-scripts', '--json'], {
  cwd: ROOT,
  encoding: 'utf8',
  stdio: ['ignore', 'pipe', 'ignore'],
  shell: process.platform === 'win32',
});
const [{ filename, size, files }] = JSON.parse(said);
process.stdout.write(`${filename}: ${files.length} files, ${size} bytes packed (${MOST_BYTES} at most)\n`);
const unwanted = files.map(({ path }) => path).filter((path) => !WANTED.test(path));
if (unwanted.length > 0) process.stderr.write(`in the package by mistake: ${unwanted.join(', ')}\n`);
process.exitCode = size > MOST_BYTES || unwanted.length > 0 ? 1 : 0;
