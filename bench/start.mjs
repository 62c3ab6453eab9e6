// The commands that do next to nothing beside `node -e 0`, in turn: how much longer do they take?
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { median } from './median.mjs';
import { OURS, userIn } from './real.mjs';

const PAIRS = 20;
/** Of Node 24 all but the start of the program itself is much faster, so the same work is a greater share. */
const LIMIT = Number(process.versions.node.split('.')[0]) < 22 ? 1.25 : 1.4;
const COMMANDS = [['--help'], ['--version'], ['env'], ['doctor', '--list']];

async function milliseconds(args, env) {
  const started = performance.now();
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  child.stdout.resume();
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${args.join(' ')} exited with ${code}`);
  return performance.now() - started;
}

const folder = await mkdtemp(join(tmpdir(), 'codex-lmdeploy-bench-'));
try {
  const env = { ...process.env, ...(await userIn(folder)) };
  // Node 20 reads them at its start, in 90 ms where they are those of a whole system: then all ratios are smaller.
  const certificates = env.NODE_EXTRA_CA_CERTS ? ', with NODE_EXTRA_CA_CERTS' : '';
  process.stdout.write(
    `Node ${process.version}${certificates}: ratio to node -e 0, median of ${PAIRS} pairs, at most ${LIMIT}\n`,
  );
  for (const command of COMMANDS) {
    const pairs = [];
    for (let pair = 0; pair <= PAIRS; pair += 1) {
      const ours = await milliseconds([...OURS.slice(1), ...command], env);
      const nodes = await milliseconds(['-e', '0'], env);
      // The first pair only warms up.
      if (pair > 0) pairs.push({ ours, nodes });
    }
    const ratio = median(pairs.map(({ ours, nodes }) => ours / nodes));
    const [ours, nodes] = ['ours', 'nodes'].map((who) => median(pairs.map((pair) => pair[who])).toFixed(0));
    const missed = ratio > LIMIT ? '   MISSED' : '';
    process.stdout.write(
      `  ${command.join(' ').padEnd(16)}${ours.padStart(4)} ms ${nodes.padStart(4)} ms   ${ratio.toFixed(2)}${missed}\n`,
    );
    if (missed) process.exitCode = 1;
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
