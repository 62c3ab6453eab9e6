import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { scratch } from '../cli.js';
import { expectOldOrNew, expectTidy, type HomeState, KINDS, stateOf } from './homes.js';
import { type Runner, startRunner } from './runner.js';

/** `npm run test:kill` asks for more. */
const KILLS = process.env['MODE'] === 'thorough' ? 1000 : 200;

const how = ['--offline', '--yes', '--no-verify', '--quiet'];
const COMMANDS = [
  ['init', '--model', 'first', ...how],
  ['init', '--model', 'second', '--profile', ...how],
  ['init', '--model', 'third', '--provider-id', 'other', ...how],
  ['remove', '--all', '--yes', '--no-verify', '--quiet'],
];
const REMOVE = COMMANDS.length - 1;

test(`killed ${KILLS} times while it writes, the old or the new text stands, and the next run puts all right`, async () => {
  const seed = Number(process.env['KILL_SEED'] ?? Date.now() % 2 ** 31);
  process.stdout.write(`KILL_SEED=${seed}\n`);
  const random = generator(seed);
  let runner = await startRunner();
  onTestFinished(() => runner.kill());
  const homes = await makeHomes(await scratch());
  const states = new Map<string, HomeState[]>();
  for (const home of homes) states.set(home, await walk(runner, home));
  const began = performance.now();
  await Promise.all(homes.map((home) => walk(runner, home)));
  const roundMs = performance.now() - began;

  const counted = { kills: 0, inWriting: 0, inRecovery: 0 };
  const stateOfStep = (home: string, step: number) => states.get(home)?.[step] as HomeState;
  const killAfter = async (delayMs: number) => {
    await exactly(delayMs);
    await runner.kill();
    counted.kills += homes.length;
  };
  while (counted.kills < KILLS) {
    for (const home of homes) runner.begin(home, COMMANDS);
    await killAfter((random() * 1.2 + 0.01) * roundMs);
    const steps = new Map(homes.map((home) => [home, Math.max(0, runner.step(home))]));
    for (const home of homes) {
      const step = steps.get(home) ?? 0;
      if (await expectOldOrNew(home, stateOfStep(home, step), stateOfStep(home, step + 1)))
        counted.inWriting += 1;
    }
    runner = await startRunner();
    // Now and then the run that puts it right is killed as well.
    while (random() < 0.25) {
      for (const home of homes) runner.begin(home, [COMMANDS[steps.get(home) ?? 0] ?? []]);
      await killAfter((random() * roundMs) / COMMANDS.length);
      for (const home of homes) {
        const step = steps.get(home) ?? 0;
        if (await expectOldOrNew(home, stateOfStep(home, step), stateOfStep(home, step + 1)))
          counted.inRecovery += 1;
      }
      runner = await startRunner();
    }
    await Promise.all(
      homes.map(async (home) => {
        const step = steps.get(home) ?? 0;
        const again = await runner.ask(home, COMMANDS[step] ?? []);
        expect(again).toMatchObject({ code: 0 });
        expect(await stateOf(home)).toEqual(stateOfStep(home, step + 1));
        await expectTidy(home);
        expect(await runner.ask(home, COMMANDS[REMOVE] ?? [])).toMatchObject({ code: 0 });
        expect(await stateOf(home)).toEqual(stateOfStep(home, 0));
        await expectTidy(home);
      }),
    );
  }
  process.stdout.write(`${JSON.stringify(counted)}\n`);
  // On a busy machine fewer kills fall into the writing itself; the step tests lie within it wholly.
  expect(counted.inWriting).toBeGreaterThan(KILLS / 40);
}, 1_800_000);

/** Two of each kind, all worked on by one process: so one kill meets ten homes, each at another moment. */
async function makeHomes(folder: string): Promise<string[]> {
  const made = [1, 2].flatMap((nth) =>
    Object.entries(KINDS).map(async ([kind, fill]) => {
      const home = join(folder, `${kind} ${nth}`);
      await mkdir(home);
      await fill(home);
      return home;
    }),
  );
  return Promise.all(made);
}

/** All commands once: the home before the first and after each. */
async function walk(runner: Runner, home: string): Promise<HomeState[]> {
  const states = [await stateOf(home)];
  for (const argv of COMMANDS) {
    expect(await runner.ask(home, argv)).toMatchObject({ code: 0 });
    states.push(await stateOf(home));
    await expectTidy(home);
  }
  expect(states.at(-1)).toEqual(states[0]);
  return states;
}

/** Timers know whole milliseconds only. */
async function exactly(ms: number): Promise<void> {
  const until = performance.now() + ms;
  if (ms > 3) await pause(ms - 2);
  while (performance.now() < until);
}

/** mulberry32: numbers from 0 to 1 that a seed repeats. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
