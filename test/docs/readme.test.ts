import { execFile, spawnSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { CHECKS } from '../../src/doctor/checks/index.js';
import { startStandIn } from '../../src/stand-in/server.js';
import { ROOT, scratch } from '../cli.js';

const [english, chinese] = await Promise.all(
  ['README.md', 'README.zh-CN.md'].map((name) => readFile(join(ROOT, name), 'utf8')),
);

/** The fenced blocks: their language, what stands before them, and their text. */
function blocks(text = '') {
  return [...text.matchAll(/(<!-- runs -->\n)?^```(\w+)\n(.*?)^```$/gms)].map(
    ([, runs, language, code = '']) => ({
      runs: runs !== undefined,
      language,
      code,
    }),
  );
}

const commentless = (code: string) => code.replace(/ +# .*$/gm, '');
const outside = (text = '') => text.replace(/^```.*?^```$/gms, '');
const names = (text: string) =>
  [...new Set([...text.matchAll(/(`+)(.+?)\1(?!`)/g)].map(([, , name = '']) => name))].sort();

describe('README.md and README.zh-CN.md', () => {
  test('have the same headings, blocks and tables', () => {
    const shape = (text = '') => ({
      headings: [...outside(text).matchAll(/^#+ /gm)].map(([mark]) => mark),
      rows: [...outside(text).matchAll(/^\|/gm)].length,
      blocks: blocks(text).map((block) => ({ ...block, code: commentless(block.code) })),
    });
    expect(shape(chinese)).toEqual(shape(english));
  });

  test('name the same commands, options, checks and files', () => {
    expect(names(outside(chinese))).toEqual(names(outside(english)));
    const links = (text = '') => [...text.matchAll(/\]\((?!#)([^)]+)\)/g)].map(([, to]) => to).sort();
    const own = ['README.md', 'README.zh-CN.md'];
    expect(links(chinese).filter((to) => !own.includes(String(to)))).toEqual(
      links(english).filter((to) => !own.includes(String(to))),
    );
  });

  test('name only checks that there are, and files that are there', async () => {
    const ids = CHECKS.map(({ id }) => id as string);
    const groups = new Set(ids.map((id) => id.split('.')[0]));
    const named = names(outside(english)).filter((name) => /^[a-z]+\.[a-z]+$/.test(String(name)));
    const checks = named.filter((name) => groups.has(String(name).split('.')[0]) && name !== 'config.toml');
    expect(checks.length).toBeGreaterThan(10);
    for (const name of checks) expect(ids).toContain(name);
    for (const [, path] of (english ?? '').matchAll(/\]\((?![#h])([^)]+)\)/g))
      await expect(readFile(join(ROOT, String(path)))).resolves.toBeDefined();
  });

  test('count the faults as docs/doctor.md does', async () => {
    const doctor = await readFile(join(ROOT, 'docs/doctor.md'), 'utf8');
    const all = /cause named: ours \d+ of (\d+)/.exec(doctor)?.[1];
    for (const text of [english, chinese]) expect(text).toMatch(new RegExp(`\\b${all} ?(faults|种故障)`));
  });
});

/** A user's machine: the program and the real Codex on the PATH, a server, nothing else. */
async function machine() {
  const server = await startStandIn();
  onTestFinished(() => server.close());
  const home = await scratch();
  const [bin, work] = [join(home, 'bin'), join(home, 'work')];
  await Promise.all([mkdir(bin), mkdir(work)]);
  const shim = `#!/bin/sh\nexec '${process.execPath}' '${join(ROOT, 'dist/bin.js')}' "$@"\n`;
  await writeFile(join(bin, 'codex-lmdeploy'), shim, { mode: 0o755 });
  const path = [bin, join(ROOT, 'node_modules/.bin'), dirname(process.execPath), '/usr/bin', '/bin'];
  const env = {
    PATH: path.join(delimiter),
    HOME: home,
    LMDEPLOY_BASE_URL: server.baseUrl,
    LMDEPLOY_API_KEY: 'dummy',
  };
  const run = (program: string, args: string[]) =>
    new Promise<{ code: number; said: string }>((resolve) => {
      const child = execFile(program, args, { cwd: work, env }, (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code), said: stdout + stderr }),
      );
      child.stdin?.end();
    });
  return { run, work };
}

const RUN = blocks(english).filter(({ runs }) => runs);

test('most of what a user does is marked as running', () => {
  expect(RUN.length).toBeGreaterThanOrEqual(6);
});

test.each(RUN.map(({ code }) => ({ first: code.split('\n').find((line) => !line.startsWith('#')), code })))(
  'runs: $first',
  async ({ code }) => {
    const { run } = await machine();
    const { code: exit, said } = await run('bash', ['-euo', 'pipefail', '-c', code]);
    expect(said).not.toMatch(/^error:|ERROR|is not ready/m);
    expect(exit).toBe(0);
    if (/codex.* exec /.test(code)) expect(said).toContain('Hello from LMDeploy.');
  },
);

const hasMake = spawnSync('make', ['--version']).status === 0;

test.skipIf(!hasMake)(
  `runs: the Makefile${hasMake ? '' : ' (skipped: make is not installed here)'}`,
  async () => {
    const { run, work } = await machine();
    const [makefile] = blocks(english).filter(({ language }) => language === 'make');
    await writeFile(
      join(work, 'Makefile'),
      makefile?.code.replace('codex-lmdeploy run', 'codex-lmdeploy run -- --version') ?? '',
    );
    const { code, said } = await run('make', ['codex']);
    expect({ code, said }).toMatchObject({ code: 0, said: expect.stringContaining('codex-cli') });
  },
);
