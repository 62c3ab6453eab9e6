// Runs commands of the built program in one process, as its parent says, until that one kills it. One process for many
// commands: so a kill meets the writing, not the start of Node.
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { loadAll, processContext, run } from '../built.mjs';

const its = processContext();
/** At once, whatever happens next. */
const say = (word) => writeSync(3, `${JSON.stringify(word)}\n`);
const inHome = (home, argv) => run(argv, { ...its, env: { ...its.env, CODEX_HOME: home } });

async function answer({ id, home, argv, loop }) {
  if (loop === undefined) return say({ id, code: await inHome(home, argv) });
  for (let step = 0; ; step = (step + 1) % loop.length) {
    say({ home, step });
    const code = await inHome(home, loop[step]);
    if (code !== 0) return say({ home, step, code });
  }
}

loadAll();
say({ ready: true });
for await (const line of createInterface({ input: process.stdin })) void answer(JSON.parse(line));
