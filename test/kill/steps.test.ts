import { spawn } from 'node:child_process';
import { cp, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startStandIn } from '../../src/stand-in/server.js';
import { cli, ROOT, scratch } from '../cli.js';
import { expectOldOrNew, expectTidy, journalIn, KINDS, stateOf } from './homes.js';

const how = ['--yes', '--no-verify', '--quiet'];
const FIRST = ['init', '--model', 'first', '--offline', ...how];
const PROFILE = ['init', '--model', 'second', '--offline', '--profile', ...how];
const REMOVE = ['remove', '--all', ...how];

/** The built program as a process, ended right before one step of its writing. @returns the signal and the steps taken */
async function stopped(home: string, argv: readonly string[], step: number | null) {
  const program = ['--import', join(import.meta.dirname, 'stop-at.mjs'), join(ROOT, 'dist/bin.js')];
  const child = spawn(process.execPath, [...program, ...argv], {
    env: {
      PATH: dirname(process.execPath),
      HOME: home,
      CODEX_HOME: home,
      ...(step !== null && { STOP_AT: String(step) }),
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const signal = await new Promise((resolve) => child.on('close', (_code, name) => resolve(name)));
  return { signal, steps: Number(/steps: (\d+)/.exec(stderr)?.[1] ?? 0) };
}

async function same(from: string, folder: string): Promise<string> {
  const home = join(folder, 'home');
  await cp(from, home, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
  return home;
}

/** A home in which these commands were run, and one in which the last one was too. */
async function around(argv: readonly string[], earlier: readonly (readonly string[])[]) {
  const folder = await scratch();
  const [original, before] = [join(folder, 'original'), join(folder, 'before')];
  await mkdir(before);
  await KINDS['lived in']?.(before);
  await cp(before, original, { recursive: true });
  const run = async (home: string, what: readonly string[]) => {
    expect(await cli(what, { home })).toMatchObject({ code: 0 });
  };
  for (const command of earlier) await run(before, command);
  const after = await same(before, await scratch());
  await run(after, argv);
  return { original, before, after };
}

async function expectRight(
  home: string,
  argv: readonly string[],
  { original, before, after }: Record<'original' | 'before' | 'after', string>,
) {
  const [was, will] = [await stateOf(before), await stateOf(after)];
  await expectOldOrNew(home, was, will);
  expect(await cli(argv, { home })).toMatchObject({ code: 0 });
  expect(await stateOf(home)).toEqual(will);
  await expectTidy(home);
  expect(await cli(REMOVE, { home })).toMatchObject({ code: 0 });
  expect(await stateOf(home)).toEqual(await stateOf(original));
  await expectTidy(home);
}

async function inPairs(steps: readonly number[], work: (step: number) => Promise<void>): Promise<void> {
  const left = [...steps];
  const worker = async () => {
    for (let step = left.shift(); step !== undefined; step = left.shift()) await work(step);
  };
  await Promise.all([worker(), worker()]);
}

/** `npm run test:kill` takes every step, `npm test` every eighth. */
const STRIDE = process.env['MODE'] === 'thorough' ? 1 : 8;

describe(`killed right before each of its steps (of ${STRIDE})`, () => {
  test.each([
    ['init', FIRST, []],
    ['init of a profile beside', PROFILE, [FIRST]],
    ['remove of both', REMOVE, [FIRST, PROFILE]],
  ])(
    '%s',
    async (_what, argv, earlier) => {
      const homes = await around(argv, earlier);
      await killAtEach(homes.before, argv, homes);
    },
    600_000,
  );

  test('init of a profile for each model beside', async () => {
    const server = await startStandIn({ models: ['a/first', 'b/second'] });
    onTestFinished(() => server.close());
    const all = ['init', server.baseUrl, '--all-models', ...how];
    const homes = await around(all, [FIRST]);
    expect((await stateOf(homes.after)).files.slice(2)).not.toContain(null);
    await killAtEach(homes.before, all, homes);
  }, 600_000);

  test('the run that puts a killed one right', async () => {
    const homes = await around(REMOVE, [FIRST, PROFILE]);
    // Killed as late as possible: with all files written and their old texts beside them.
    const { steps } = await stopped(await same(homes.before, await scratch()), REMOVE, null);
    let killed = homes.before;
    for (let step = steps; (await journalIn(killed)).pending === null; step -= 1) {
      killed = await same(homes.before, await scratch());
      await stopped(killed, REMOVE, step);
    }
    expect((await stateOf(killed)).files).toEqual((await stateOf(homes.after)).files);
    await killAtEach(killed, REMOVE, homes);
  }, 600_000);
});

async function killAtEach(
  start: string,
  argv: readonly string[],
  homes: Record<'original' | 'before' | 'after', string>,
): Promise<void> {
  const { steps } = await stopped(await same(start, await scratch()), argv, null);
  expect(steps).toBeGreaterThan(20);
  await inPairs(
    Array.from({ length: steps / STRIDE }, (_, index) => 1 + index * STRIDE + (index % STRIDE)),
    async (step) => {
      const home = await same(start, await scratch());
      expect(await stopped(home, argv, step)).toMatchObject({ signal: 'SIGKILL' });
      await expectRight(home, argv, homes).catch((error) => {
        throw new Error(`killed before step ${step} of ${steps}: ${error.message}`);
      });
    },
  );
}
