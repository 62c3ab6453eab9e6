import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '../..');
const read = (path) => JSON.parse(readFileSync(join(ROOT, path), 'utf8'));

/** What the suites are run against, the oldest first, by the files that say so. */
export function knownVersions() {
  const codex = [
    ...read('test/matrix/codex-versions.json'),
    read('package.json').devDependencies['@openai/codex'],
  ];
  const lmdeploy = read('test/contract/releases.json').map((release) => release.lmdeploy);
  return { codex: sorted(codex), lmdeploy: sorted(lmdeploy) };
}

function sorted(versions) {
  return [...new Set(versions)].sort(compareVersions);
}

/** By their numbers, from the left: `0.9.2` < `0.9.2.post1` < `0.10.0`. */
export function compareVersions(a, b) {
  const [left, right] = [a, b].map((version) => version.match(/\d+/g).map(Number));
  const at = left.findIndex((number, index) => number !== right[index]);
  return at < 0 ? left.length - right.length : left[at] - (right[at] ?? -1);
}
