// `codex-lmdeploy doctor` beside `codex doctor`, on one home, in turn: how much longer does it take?
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { median } from './median.mjs';
import { OURS, startLmdeploy, timed, userIn } from './real.mjs';

const PAIRS = 10;
const LIMIT = 2.0;

async function measure(baseUrl, folder) {
  const env = await userIn(folder);
  const init = await timed([...OURS, 'init', baseUrl, '--yes'], env);
  if (init.code !== 0) throw new Error(`init exited with ${init.code}:\n${init.stderr}`);
  const doctor = async () => {
    const { ms, code, stdout, stderr } = await timed([...OURS, 'doctor'], env);
    if (code !== 0) throw new Error(`doctor exited with ${code}:\n${stdout}${stderr}`);
    return ms;
  };
  const codexDoctor = async () => {
    const { ms, stdout, stderr } = await timed(['codex', 'doctor', '--json'], env);
    // Not its exit code: that is about logins and updates too.
    if (!stdout.includes('"overallStatus"')) throw new Error(`codex doctor gave no report:\n${stderr}`);
    return ms;
  };
  const pairs = [];
  for (let pair = 0; pair <= PAIRS; pair += 1) {
    const seen = { doctor: await doctor(), codex: await codexDoctor() };
    // The first pair only warms up.
    if (pair > 0) pairs.push(seen);
  }
  return pairs;
}

const server = await startLmdeploy();
const folder = await mkdtemp(join(tmpdir(), 'codex-lmdeploy-bench-'));
try {
  const pairs = await measure(server.baseUrl, folder);
  const ratio = median(pairs.map(({ doctor, codex }) => doctor / codex));
  for (const { doctor, codex } of pairs)
    process.stdout.write(
      `  ${doctor.toFixed(0).padStart(6)} ms ${codex.toFixed(0).padStart(6)} ms   ${(doctor / codex).toFixed(2)}\n`,
    );
  process.stdout.write(`codex-lmdeploy doctor: median ${median(pairs.map(({ doctor }) => doctor)).toFixed(0)} ms
codex doctor:          median ${median(pairs.map(({ codex }) => codex)).toFixed(0)} ms
ratio:                 median ${ratio.toFixed(2)} of ${PAIRS} pairs, at most ${LIMIT.toFixed(1)}\n`);
  if (ratio > LIMIT) process.exitCode = 1;
} finally {
  await server.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}
