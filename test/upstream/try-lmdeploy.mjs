import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { COUNTER, cell, counts, withoutCounter } from '../contract/cells.mjs';
import { ROOT } from './versions.mjs';

/**
 * What of the table in docs/contract.md a release changes.
 *
 * @param version of LMDeploy, installed into .contract/ where it is not there
 * @param against the one to compare it with
 * @returns for each request that is answered in another way: its name, and both answers in a few words
 * @throws Error where one of them can't be installed, or does not start
 */
export function changesOf(version, against) {
  const setup = spawnSync(process.execPath, [join(ROOT, 'test/contract/setup.mjs'), version, against], {
    stdio: ['ignore', 2, 2],
  });
  if (setup.status !== 0) throw new Error(`LMDeploy ${version} could not be installed`);
  const [before, after] = [seenOf(against), seenOf(version)];
  return differences(before, after);
}

/** Both in the same minute: the requests change with the suite. */
function seenOf(version) {
  const path = join(ROOT, '.contract/seen', `${version}.json`);
  rmSync(path, { force: true });
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
  const args = [
    'run',
    '--config',
    'vitest.contract.config.ts',
    '--reporter',
    'dot',
    'test/contract/wire.test.ts',
  ];
  // It ends with 1 where the release is not answered like the newest: that is what is asked for.
  spawnSync(process.execPath, [vitest, ...args], {
    cwd: ROOT,
    stdio: 'ignore',
    env: { ...process.env, CONTRACT_TRY: version },
  });
  const seen = JSON.parse(readFileSync(path, 'utf8'));
  rmSync(path);
  if (Object.keys(seen).length === 0)
    throw new Error(
      `LMDeploy ${version} did not start; why is said by: CONTRACT_TRY=${version} npx vitest run --config vitest.contract.config.ts wire`,
    );
  return seen;
}

/** @returns `before` and `after` may read alike, where they differ in a detail that few words leave out */
export function differences(before, after) {
  const [old, now] = [before, after].map(withoutCounter);
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])];
  const changed = names
    .filter((name) => JSON.stringify(old[name]) !== JSON.stringify(now[name]))
    .map((request) => ({ request, before: cell(old[request]), after: cell(now[request]) }));
  const [counted, countsNow] = [before, after].map(counts);
  if (counted === countsNow) return changed;
  return [{ request: `usage counts ${COUNTER}`, before: counted, after: countsNow }, ...changed];
}
