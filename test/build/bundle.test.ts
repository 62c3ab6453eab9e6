import { readdir, readFile, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { expect, test } from 'vitest';
import { ROOT, scratch } from '../cli.js';
import { program } from '../program.js';

// What is looked at here, `npm test` has built before.
const DIST = join(ROOT, 'dist');
/** By these words zod, the two TOML parsers, undici and clack are known. */
const HEAVY = ['ZodString', 'Invalid TOML document', 'TOMLKeyValue', 'UND_ERR_', 'isCancel'];

test('the licence of each package that is in the bundle comes with it', async () => {
  const bundle = await rolldown({ cwd: ROOT, input: 'src/main.ts', platform: 'node' });
  const { output } = await bundle.generate({ format: 'esm', codeSplitting: false });
  // rolldown says before each module where it is from.
  const comments = output[0].code.matchAll(/^\/\/ node_modules\/((?:@[^/]+\/)?[^/]+)\//gm);
  const packages = new Set([...comments].map(([, name]) => name));
  const licences = await readFile(join(DIST, 'THIRD-PARTY-LICENSES.txt'), 'utf8');
  const told = [...licences.matchAll(/^(\S+) [\d.]+ \([\w.-]+\)\n-+$/gm)].map(([, name]) => name);
  expect(packages.size).toBeGreaterThan(8);
  expect([...packages].sort()).toEqual(told.sort());
  expect(licences.match(/copyright/gi)?.length).toBeGreaterThanOrEqual(told.length);
});

test('no source map and nothing of the machine that built it', async () => {
  const names = await readdir(DIST);
  expect(names.filter((name) => name.endsWith('.map'))).toEqual([]);
  const texts = await Promise.all(names.map((name) => readFile(join(DIST, name), 'utf8')));
  for (const path of [ROOT, `${homedir()}/`, 'node_modules/', 'sourceMappingURL'])
    expect(names.filter((_, index) => texts[index]?.includes(path))).toEqual([]);
});

/** What of the bundle a command loads. */
async function loadedBy(args: readonly string[]): Promise<string> {
  const home = await scratch();
  const preload = join(home, 'preload.cjs');
  const tell = "require('node:fs').writeSync(2, Object.keys(require.cache).join(' '))";
  await writeFile(preload, `process.on('exit', () => ${tell});`);
  const { code, stderr } = await program(args, { home, env: { NODE_OPTIONS: `--require=${preload}` } });
  expect(code).toBe(0);
  return stderr;
}

test.each([['--help'], ['--version'], ['env'], ['doctor', '--list']])(
  '%s %s starts without a schema, a parser, a client or a prompt',
  async (...args) => {
    const loaded = await loadedBy(args);
    const files = loaded.split(' ').filter((file) => file.startsWith(DIST));
    const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')));
    expect(files).toContain(join(DIST, 'main.js'));
    for (const word of HEAVY)
      expect(
        files.filter((_, index) => texts[index]?.includes(word)),
        word,
      ).toEqual([]);
  },
);

test('what those are known by is in the bundle', async () => {
  const texts = await Promise.all((await readdir(DIST)).map((name) => readFile(join(DIST, name), 'utf8')));
  for (const word of HEAVY)
    expect(
      texts.some((text) => text.includes(word)),
      word,
    ).toBe(true);
});
