#!/usr/bin/env node
// Installs the Nodes that the package is tried on into .contract/, each in a folder of its own.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import process from 'node:process';

const { supported, tooOld } = JSON.parse(
  readFileSync(join(import.meta.dirname, 'node-versions.json'), 'utf8'),
);
for (const version of [...supported, ...tooOld]) {
  const folder = resolve(import.meta.dirname, '../../.contract', `node-${version}`);
  if (existsSync(join(folder, 'node_modules/.bin'))) continue;
  process.stdout.write(`Node ${version} (up to 60 MB down, 210 MB on disk)\n`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"private":true}');
  const args = ['install', '--no-audit', '--no-fund', '--loglevel=error', `node@${version}`];
  execFileSync('npm', args, {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
}
