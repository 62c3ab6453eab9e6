#!/usr/bin/env node
// Installs what the tests try beside this project's own Codex into .contract/, each in a folder of its own: other
// releases of it, and an MCP server that others wrote.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const home = resolve(here, '../../.contract');
const versions = JSON.parse(readFileSync(join(here, 'codex-versions.json'), 'utf8'));
const wanted = [
  ...versions.map((version) => ({
    name: `codex-${version}`,
    what: `@openai/codex@${version}`,
    size: '130 MB down, 90 to 400 MB on disk',
  })),
  {
    name: 'mcp-everything',
    what: '@modelcontextprotocol/server-everything@2026.8.31',
    size: '32 MB on disk',
  },
];
for (const { name, what, size } of wanted) {
  const folder = join(home, name);
  if (existsSync(join(folder, 'node_modules/.bin'))) continue;
  process.stdout.write(`${what} (about ${size})\n`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"private":true}');
  const args = ['install', '--no-audit', '--no-fund', '--loglevel=error', what];
  execFileSync('npm', args, {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
}
