import { constants } from 'node:fs';
import { access, realpath, stat } from 'node:fs/promises';
import { sep } from 'node:path';
import { quoted } from '../../ui/shell-word.js';
import { type Check, type Finding, fail, pass, warn } from '../check.js';
import type { Examination } from '../examination.js';

export const codexHomeCheck: Check = {
  id: 'codex.home',
  title: "Codex's home can be used",
  requires: [],
  async run(examination) {
    const { home, context } = examination;
    const info = await stat(home.path).catch(() => null);
    if (info === null) return missing(examination);
    if (!info.isDirectory())
      return fail(`${home.path}, named by ${home.namedBy}, is not a folder.`, elsewhere(examination));
    const isOpen = await access(home.path, constants.R_OK | constants.W_OK | constants.X_OK).then(
      () => true,
      () => false,
    );
    if (!isOpen)
      return fail(
        `${home.path} may not be read and written by you, and Codex keeps its state there.`,
        `chmod u+rwx ${quoted(home.path)}   # if it is yours: ls -ld ${quoted(home.path)}`,
      );
    if (await isWithin(home.path, context.temporaryFolder))
      return warn(
        `${home.path} lies in the temporary folder ${context.temporaryFolder}: it may vanish, and Codex warns of it at each start.`,
        elsewhere(examination),
      );
    return pass(home.path);
  },
};

/** `~/.codex` Codex makes itself; a home that somebody named it refuses (0.169.0). */
function missing(examination: Examination): Finding {
  const { home, initLine } = examination;
  if (home.namedBy === 'default') return pass(`${home.path}, which Codex makes when it starts`);
  return fail(
    `${home.path}, named by ${home.namedBy}, does not exist, and Codex does not start without it.`,
    `${initLine()}   # makes it; ${elsewhere(examination)}`,
  );
}

function elsewhere({ home }: Examination): string {
  return home.namedBy === '--codex-home'
    ? 'without --codex-home it is CODEX_HOME, else ~/.codex'
    : 'unset CODEX_HOME   # then it is ~/.codex';
}

async function isWithin(path: string, folder: string): Promise<boolean> {
  const [inner, outer] = await Promise.all([path, folder].map((one) => realpath(one).catch(() => one)));
  return `${inner}${sep}`.startsWith(`${outer}${sep}`);
}
