#!/usr/bin/env node
// Installs the releases of Codex that the matrix tries into .contract/, each in a folder of its own.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const home = resolve(here, '../../.contract');
for (const version of JSON.parse(readFileSync(join(here, 'codex-versions.json'), 'utf8'))) {
  const folder = join(home, `codex-${version}`);
  if (existsSync(join(folder, 'node_modules/.bin'))) continue;
  process.stdout.write(`Codex ${version} (about 130 MB down, 90 to 400 MB on disk)\n`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"private":true}');
  const args = ['install', '--no-audit', '--no-fund', '--loglevel=error', `@openai/codex@${version}`];
  execFileSync('npm', args, {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
}
