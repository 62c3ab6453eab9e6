import { constants } from 'node:fs';
import { access, readlink, realpath, stat } from 'node:fs/promises';
import { dirname, resolve, sep } from 'node:path';
import type { CodexHome } from '../../codex/home.js';
import { quoted } from '../../ui/shell-word.js';
import { type Check, type Finding, fail, pass, warn } from '../check.js';
import type { Examination } from '../examination.js';
import { titled } from '../titles.js';

export const codexHomeCheck: Check = {
  ...titled('codex.home'),
  requires: [],
  async run(examination) {
    const { home, context } = examination;
    const info = await stat(home.path).catch(() => null);
    if (info === null) return missing(examination);
    if (!info.isDirectory()) return fail(`${named(home)} is not a folder.`, elsewhere(examination));
    const problem = await access(home.path, constants.R_OK | constants.W_OK | constants.X_OK).then(
      () => null,
      (error: NodeJS.ErrnoException) => error.code ?? '',
    );
    if (problem === 'EROFS')
      return fail(
        `${home.path} lies on a file system that is read-only, and Codex keeps its state there.`,
        ANOTHER,
      );
    if (problem !== null)
      return fail(
        `${home.path} may not be read and written by you, and Codex keeps its state there.`,
        `chmod u+rwx ${quoted(home.path)} || sudo chown -R "$(id -un)" ${quoted(home.path)}   # the second where it belongs to somebody else`,
      );
    if (await isWithin(home.path, context.temporaryFolder))
      return warn(
        `${home.path} lies in the temporary folder ${context.temporaryFolder}: it may vanish, and Codex warns of it at each start.`,
        home.namedBy === 'default' ? ANOTHER : elsewhere(examination),
      );
    return pass(home.path);
  },
};

const ANOTHER = 'mkdir -p -m 700 /PATH/TO/codex && export CODEX_HOME=/PATH/TO/codex   # a folder that stays';

function named({ path, namedBy }: CodexHome): string {
  return namedBy === 'default' ? path : `${path}, named by ${namedBy},`;
}

/** `~/.codex` Codex makes itself; a home that somebody named it refuses (0.169.0). */
async function missing({ home, initLine }: Examination): Promise<Finding> {
  const target = await readlink(home.path).catch(() => null);
  if (target !== null) {
    const there = resolve(dirname(home.path), target);
    return fail(
      `${named(home)} is a symlink that leads nowhere.`,
      `mkdir -p -m 700 ${quoted(there)}   # makes what it leads to`,
    );
  }
  if (home.namedBy === 'default') return pass(`${home.path}, which Codex makes when it starts`);
  return fail(
    `${named(home)} does not exist, and Codex does not start without it.`,
    `mkdir -p -m 700 ${quoted(home.path)}   # then: ${initLine()}`,
  );
}

/** The way to another home than the one that somebody named. */
function elsewhere({ home }: Examination): string {
  switch (home.namedBy) {
    case '--codex-home':
      return 'codex-lmdeploy doctor   # without --codex-home it looks at CODEX_HOME, else at ~/.codex';
    case 'CODEX_HOME':
      return 'unset CODEX_HOME   # then it is ~/.codex';
    case 'default':
      return `mv ${quoted(home.path)} ${quoted(`${home.path}.old`)}   # then Codex makes the folder`;
  }
}

async function isWithin(path: string, folder: string): Promise<boolean> {
  const [inner, outer] = await Promise.all([path, folder].map((one) => realpath(one).catch(() => one)));
  return `${inner}${sep}`.startsWith(`${outer}${sep}`);
}
