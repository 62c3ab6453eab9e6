import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NEWEST, type Real, startReal } from './real.js';
import { codexBy, type Way } from './ways.js';

const STEPS = 14;

/** Prints what a command of that kind would, counts its runs, and says when it is enough. */
const WORK = `import { existsSync, readFileSync, writeFileSync } from 'node:fs';
const [kind, bytes] = [process.argv[2], Number(process.argv[3])];
const step = 1 + (existsSync('step') ? Number(readFileSync('step', 'utf8')) : 0);
writeFileSync('step', String(step));
const line = {
  prose: (at) => 'Step ' + at + ': read the file, keep to the style of the code around, and run the tests.',
  listing: (at) => '-rw-r--r-- 1 root root ' + ((at * 7919 + step) % 99999) + ' Nov 23 08:1' + (at % 10) + ' file-' + at,
}[kind];
let text = '';
for (let at = 0; text.length < bytes; at += 1) text += line(at) + '\\n';
console.log(text + (step < ${STEPS} ? 'step ' + step : 'FINISHED'));
`;

describe.each([16_384, 32_768])('a long session in a window of %i tokens', (sessionLength) => {
  let real: Real;

  beforeAll(async () => {
    real = await startReal(NEWEST, { parser: 'qwen3', sessionLength, countsAsQwen: true });
  });

  afterAll(() => real?.close());

  /** Codex calls the command until it has had enough. `change`: what is changed in the files that `init` wrote. */
  async function work(way: Way, kind: string, bytes: number, change?: (home: string) => Promise<void>) {
    const { codex, home, work: folder } = await codexBy(way, real.baseUrl, { profile: 'lmdeploy' });
    await change?.(home);
    await writeFile(join(folder, 'work.mjs'), WORK);
    const before = real.prompts().length;
    const said = await codex([
      ...['--profile', 'lmdeploy', 'exec', '--skip-git-repo-check', '--sandbox', 'danger-full-access'],
      `WORK: node work.mjs ${kind} ${bytes}`,
    ]);
    const prompts = real.prompts().slice(before);
    return {
      ...said,
      steps: Number(readFileSync(join(folder, 'step'), 'utf8')),
      compactions: prompts.filter(({ prompt }) => prompt.includes('CONTEXT CHECKPOINT COMPACTION')).length,
      longest: Math.max(...prompts.map(({ tokens }) => tokens)),
    };
  }

  test.each([
    ['directly', 'prose', 10_000],
    ['directly', 'listing', 3_000],
    ['directly', 'listing', 10_000],
    ['through a bridge', 'listing', 10_000],
  ] as const)('%s, of %s, %i bytes each: it is compacted in time and goes on', async (way, kind, bytes) => {
    const { code, stdout, stderr, steps, compactions, longest } = await work(way, kind, bytes);
    expect(stderr).not.toContain('must be smaller than the model context length');
    expect(stderr).not.toContain('Incomplete response');
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'Done: FINISHED\n' });
    expect(steps).toBeGreaterThanOrEqual(STEPS);
    // Short ones that are well counted all fit into the larger window.
    if (bytes > 4_000 || sessionLength < 32_768) expect(compactions).toBeGreaterThan(0);
    expect(longest).toBeLessThanOrEqual(sessionLength);
  });

  /** Takes the limits that `init` sets out of its files. */
  async function unlimited(home: string): Promise<void> {
    const [config, catalog] = [
      join(home, 'lmdeploy.config.toml'),
      join(home, 'codex-lmdeploy/lmdeploy.catalog.json'),
    ];
    const text = await readFile(config, 'utf8');
    expect(text).toMatch(/^model_auto_compact_token_limit = \d+\n/m);
    await writeFile(config, text.replace(/^model_auto_compact_token_limit = .*\n/m, ''));
    const entries = await readFile(catalog, 'utf8');
    await writeFile(catalog, entries.replace(/"limit": \d+/, '"limit": 10000'));
  }

  test('without the limits that init sets, it overflows', async () => {
    const { code, stderr } = await work('directly', 'listing', 10_000, unlimited);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /must be smaller than the model context length|Incomplete response returned, reason: max_output_tokens/,
    );
  });

  test('through a bridge Codex understands the overflow: it drops what is oldest, or says what to do', async () => {
    const said = await work('through a bridge', 'listing', 10_000, unlimited);
    expect(said.stderr).not.toContain('Reconnecting');
    if (said.code === 0) expect(said.stdout).toBe('Done: FINISHED\n');
    else expect(said.stderr).toContain("Codex ran out of room in the model's context window.");
  });
});
