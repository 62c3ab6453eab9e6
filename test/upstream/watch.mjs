#!/usr/bin/env node
// Says whether there is a newer Codex or LMDeploy than the tests know; with --try [VERSION], what of LMDeploy's answers that
// changes. Ends with 0 where there is nothing newer, 1 where there is, 2 where something could not be asked.
import process from 'node:process';
import { parseArgs } from 'node:util';
import { newestCodex, newestLmdeploy } from './newest.mjs';
import { changesOf } from './try-lmdeploy.mjs';
import { compareVersions, knownVersions } from './versions.mjs';

const { values, positionals } = parseArgs({
  options: { json: { type: 'boolean', default: false }, try: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const known = knownVersions();
const codex = compared(known.codex, newestCodex);
const lmdeploy = compared(known.lmdeploy, newestLmdeploy);
const tried = values.try ? tryIt(positionals[0] ?? lmdeploy.newest) : null;

if (values.json) process.stdout.write(`${JSON.stringify({ codex, lmdeploy, tried }, null, 2)}\n`);
else
  process.stdout.write(
    [line('Codex', codex), line('LMDeploy', lmdeploy), ...table(tried)].join('\n').concat('\n'),
  );
process.exitCode = exitCode();

function compared(versions, ask) {
  try {
    const newest = ask();
    return { known: versions, newest, newer: compareVersions(newest, versions.at(-1)) > 0, error: null };
  } catch (error) {
    return { known: versions, newest: null, newer: null, error: error.message };
  }
}

function tryIt(version) {
  const against = known.lmdeploy.filter((one) => one !== version).at(-1);
  if (version === null)
    return { version, against, changes: null, error: 'which is the newest could not be asked' };
  try {
    return { version, against, changes: changesOf(version, against), error: null };
  } catch (error) {
    return { version, against, changes: null, error: error.message };
  }
}

function line(name, { known: versions, newest, newer, error }) {
  const title = name.padEnd(9);
  if (error !== null) return `${title} could not be asked: ${error}`;
  if (!newer) return `${title} nothing newer than ${versions.at(-1)} (the registry has ${newest})`;
  const page = 'CONTRIBUTING.md says how it is taken in';
  return `${title} ${newest} is newer than ${versions.at(-1)}, the newest that the tests know; ${page}`;
}

function table(one) {
  if (one === null) return [];
  const { version, against, changes, error } = one;
  if (error !== null) return ['', `LMDeploy ${version} was not tried: ${error}`];
  const title = `LMDeploy ${version} answers ${changes.length} requests in another way than ${against}`;
  const blocks = changes.map(({ request, before, after }) =>
    before === after
      ? `\n  ${request}\n    ~ ${after} (differs in a detail)`
      : `\n  ${request}\n    - ${before}\n    + ${after}`,
  );
  return ['', title, ...blocks];
}

function exitCode() {
  if ([codex, lmdeploy, tried].some((one) => one !== null && one.error !== null)) return 2;
  return codex.newer || lmdeploy.newer ? 1 : 0;
}
