import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { EXAMPLES } from '../../src/examples.js';
import { cli, ROOT, scratch } from '../cli.js';
import { parsed } from '../command-line.js';

const PAGES = [
  'README.md',
  'README.zh-CN.md',
  'SECURITY.md',
  'CONTRIBUTING.md',
  ...(await readdir(join(ROOT, 'docs'))).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`),
];

/** The calls of the program in a page's code: what stands behind its name, up to what a shell takes as an end. */
async function calls(page: string): Promise<{ page: string; line: string }[]> {
  const text = await readFile(join(ROOT, page), 'utf8');
  const blocks = [...text.matchAll(/^```(?:sh|make)\n(.*?)^```$/gms)].flatMap(([, code = '']) =>
    code.split('\n'),
  );
  const spans = [...text.replace(/^```.*?^```$/gms, '').matchAll(/(`+)(.+?)\1(?!`)/g)].map(
    ([, , code = '']) => code,
  );
  return [...blocks, ...spans].flatMap((code) =>
    [
      ...code
        .replace(/\s#\s.*$/, '')
        .matchAll(/(?<![\w/.@-])codex-lmdeploy (?=[a-z])(.*?)(?=\)"|\s[|&>]|$)/g),
    ].map(([, line = '']) => ({ page, line: line.trim() })),
  );
}

const LINES = (await Promise.all(PAGES.map(calls)))
  .flat()
  // What stands for several words, and npm's own lines about the package.
  .filter(({ line }) => !/^(version|completion bash\|)/.test(line));

test('the pages have many', () => {
  expect(LINES.length).toBeGreaterThan(60);
});

describe('a line of a page can be typed as it stands', () => {
  test.each(LINES)('$page: codex-lmdeploy $line', async ({ line }) => {
    // A variable of the shell or of make, as a script has it.
    await parsed(line.replace(/\$\{.*?\}|\$\(.*?\)/g, 'http://gpu1:23333'));
  });
});

test.each(PAGES.slice(0, 2))(
  '%s: each option in the table of commands is one of that command',
  async (page) => {
    const text = await readFile(join(ROOT, page), 'utf8');
    const rows = [...text.matchAll(/^\| `([a-z]+)[ `].*$/gm)].filter(
      ([, command = '']) => command in EXAMPLES,
    );
    expect(rows.length).toBeGreaterThan(10);
    const home = await scratch();
    for (const [row, command = ''] of rows) {
      const { stdout, code } = await cli([command, '--help'], { home });
      expect(code).toBe(0);
      for (const [, option] of row.matchAll(/`(--[a-z-]+)/g))
        expect(stdout).toMatch(new RegExp(`${option}\\b`));
    }
  },
);
