import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { InstalledCodex } from '../src/codex/installed.js';
import { PATH_WITH_CODEX, ROOT } from './cli.js';

/** A Codex that tests can run, if it is here. */
export interface TestedCodex {
  readonly version: string;
  /** The folder of the program. */
  readonly bin: string;
  readonly isThere: boolean;
  /** For the test's title where it is not. */
  readonly why: string;
  readonly path: string;
  readonly installed: InstalledCodex;
}

/** The versions whose ways differ; the older ones come with `npm run codex:setup`. */
export const CODEXES: readonly TestedCodex[] = [
  ['0.169.0', 'node_modules'],
  ['0.150.0', '.contract/codex-0.150.0/node_modules'],
  ['0.134.0', '.contract/codex-0.134.0/node_modules'],
].map(([version = '', folder = '']) => {
  const bin = join(ROOT, folder, '.bin');
  const isThere = existsSync(join(bin, 'codex'));
  return {
    version,
    bin,
    isThere,
    why: isThere ? '' : ' (not run: npm run codex:setup brings it here)',
    path: [bin, PATH_WITH_CODEX].join(delimiter),
    installed: { path: join(bin, 'codex'), version, problem: null },
  };
});
