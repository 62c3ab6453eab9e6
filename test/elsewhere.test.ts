import { readFileSync } from 'node:fs';
import { join, matchesGlob } from 'node:path/posix';
import { expect, test } from 'vitest';
import { parsedSource } from '../build/parsed-source.mjs';
import manifest from '../package.json' with { type: 'json' };
import { ROOT } from './cli.js';
import { notHere } from './not-here.js';

const modules = parsedSource(join(ROOT, 'test'));
/** What `npm test` runs on Linux. */
const ordinary = [...modules.keys()].filter(
  (path) => path.endsWith('.test.ts') && !/^(contract|matrix|nodes)\//.test(path),
);

/** What Windows has no equal of: rights, links, pipes, signals, POSIX shells and programs. */
const POSIX =
  /'sh', \[|#!\/bin\/sh|\/bin\/sh|chmod\(|mkfifo|'unshare'|symlink\(|execFile(Sync)?\('openssl|& 0o777|kill\(-|kill\('SIG|'bash', [A-Z]|\('script',/;

test.each(['win32', 'darwin'] as const)('each pattern that is left out on %s names a file', (platform) => {
  const patterns = notHere(platform);
  expect(patterns.length).toBeGreaterThan(2);
  const idle = patterns.filter(
    (pattern) => !ordinary.some((path) => matchesGlob(join('test', path), pattern)),
  );
  expect(idle).toEqual([]);
});

test('nothing is left out on Linux', () => {
  expect(notHere('linux')).toEqual([]);
});

test('what runs on Windows uses nothing that only POSIX has, nor do the files that it imports', () => {
  const patterns = notHere('win32');
  const run = ordinary.filter(
    (path) => !patterns.some((pattern) => matchesGlob(join('test', path), pattern)),
  );
  expect(run.length).toBeGreaterThan(60);
  const guilty = run.flatMap((path) =>
    reached(path)
      .filter((one) => POSIX.test(modules.get(one)?.text ?? ''))
      .map((one) => `${path} by ${one}`),
  );
  // This one names them only, and the other skips what Windows has not.
  expect(guilty).toEqual(['elsewhere.test.ts by elsewhere.test.ts', 'failure.test.ts by failure.test.ts']);
});

/** A file of test/ and all of test/ that it imports, near or far. */
function reached(path: string, seen = new Set<string>()): string[] {
  if (seen.has(path) || !modules.has(path)) return [...seen];
  seen.add(path);
  const text = modules.get(path)?.text ?? '';
  for (const [, source = ''] of text.matchAll(/from '(\.[^']+)\.js'/g))
    reached(join(path, '..', `${source}.ts`), seen);
  return [...seen];
}

const workflow = readFileSync(join(ROOT, '.github/workflows/ci.yml'), 'utf8');

test('the workflow runs what there is', () => {
  const lines = [...workflow.matchAll(/^ +- run: (.+)$/gm)].map(([, line = '']) => line);
  expect(lines).toContain('.ci/run');
  const scripts = [workflow, readFileSync(join(ROOT, '.ci/run'), 'utf8')].flatMap((text) =>
    [...text.matchAll(/npm (?:run (?:--silent )?([\w:]+)|(test)\b)/g)].map(
      ([, run, itself]) => run ?? itself,
    ),
  );
  expect(scripts.length).toBeGreaterThan(6);
  expect(scripts.filter((name) => !(name !== undefined && name in manifest.scripts))).toEqual([]);
});

test('the workflow may read only, and its actions run on a Node that GitHub still has', () => {
  expect(workflow).toMatch(/^permissions:\n {2}contents: read\n\w/m);
  const majors = [...workflow.matchAll(/uses: actions\/[\w-]+@v(\d+)/g)].map(([, major]) => Number(major));
  expect(majors.length).toBe(5);
  // Those before v5 (setup-python: v6) ran on Node 20, which the runners had until September 2026.
  expect(Math.min(...majors)).toBeGreaterThanOrEqual(6);
});
