import { dirname } from 'node:path';
import { askVersion, codexesOnPath, type InstalledCodex } from '../../codex/installed.js';
import { isOlder } from '../../codex/version.js';
import { quoted } from '../../ui/shell-word.js';
import { type Check, type Finding, fail, pass, warn } from '../check.js';
import type { Examination } from '../examination.js';
import { titled } from '../titles.js';

/** The first release with `--profile NAME` as a file of its own, and the oldest that was tried. */
const OLDEST = '0.134.0';
const INSTALL = 'npm install -g @openai/codex';

export const codexInstalled: Check = {
  ...titled('codex.installed'),
  requires: [],
  async run(examination) {
    const installed = await examination.codex();
    if (installed === null) return notFound(examination);
    const { path, version, problem } = installed;
    const others = await othersThan(installed, examination);
    const better = others.find((other) => other.version !== null && isOlder(version ?? '0', other.version));
    if (version === null) return fail(`${path} does not work: ${problem}.`, firstOnPath(better));
    const age = isOlder(version, OLDEST) ? ` is older than ${OLDEST}` : '';
    const beside = better && `; ${better.path}, later on the PATH, is ${better.version}`;
    if (age !== '' || better !== undefined)
      return warn(`Codex ${version} (${path})${age || ' is used'}${beside ?? ''}.`, firstOnPath(better));
    const also = others.map((other) => `; later on the PATH: ${other.path}, ${words(other)}`).join('');
    return pass(`${version}, ${path}${also}`);
  },
};

function words({ version }: InstalledCodex): string {
  return version ?? 'which does not work';
}

/** Which program stays is the user's to say; which one is started, the order of the PATH decides. */
function firstOnPath(better: InstalledCodex | undefined): string {
  if (better === undefined) return INSTALL;
  return `export PATH=${quoted(dirname(better.path))}:"$PATH"   # starts that one first; or update the other: ${INSTALL}`;
}

function notFound({ context }: Examination): Finding {
  const [file] = codexesOnPath(context);
  if (file === undefined) return fail('No codex is on the PATH.', INSTALL);
  return fail(`${file.path} is there, but it may not be executed.`, `chmod +x ${quoted(file.path)}`);
}

/** The other programs by that name, each with its version. */
async function othersThan({ path }: InstalledCodex, { context }: Examination): Promise<InstalledCodex[]> {
  const programs = codexesOnPath(context).filter((one) => one.isProgram && one.path !== path);
  return Promise.all(programs.map((one) => askVersion(context, one.path)));
}
