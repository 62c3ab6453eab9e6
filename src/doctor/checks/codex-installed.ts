import { dirname } from 'node:path';
import { askVersion, codexesOnPath, type InstalledCodex, isOlder } from '../../codex/installed.js';
import { quoted } from '../../ui/shell-word.js';
import { type Check, type Finding, fail, pass, warn } from '../check.js';
import type { Examination } from '../examination.js';

/** The first release with `--profile NAME` as a file of its own, and the oldest that was tried. */
const OLDEST = '0.134.0';
const INSTALL = 'npm install -g @openai/codex';

export const codexInstalled: Check = {
  id: 'codex.installed',
  title: 'Codex is installed',
  requires: [],
  async run(examination) {
    const installed = await examination.codex();
    if (installed === null) return notFound(examination);
    const { path, version, problem } = installed;
    const others = await othersThan(installed, examination);
    if (version === null) return fail(`${path} does not work: ${problem}.`, instead(others) ?? INSTALL);
    if (isOlder(version, OLDEST))
      return warn(`Codex ${version} (${path}) is older than ${OLDEST}.`, instead(others) ?? INSTALL);
    const different = others.find((other) => other.version !== version);
    if (different !== undefined)
      return warn(
        `Codex ${version} (${path}) is used; ${different.path}, later on the PATH, is ${different.version ?? 'broken'}.`,
        `${first(different.path)}   # uses that one; or remove the one that you don't want: rm ${quoted(different.path)}`,
      );
    const also = others.map((other) => `; ${other.path} is the same version`).join('');
    return pass(`Codex ${version} (${path}${also})`);
  },
};

async function notFound({ context }: Examination): Promise<Finding> {
  const [file] = await codexesOnPath(context);
  if (file === undefined) return fail('No codex is on the PATH.', INSTALL);
  return fail(`${file.path} is there, but it may not be executed.`, `chmod +x ${quoted(file.path)}`);
}

/** The other programs by that name, each with its version. */
async function othersThan({ path }: InstalledCodex, { context }: Examination): Promise<InstalledCodex[]> {
  const programs = (await codexesOnPath(context)).filter((one) => one.isProgram && one.path !== path);
  return Promise.all(programs.map((one) => askVersion(context, one.path)));
}

/** The way to one that works and is new enough. */
function instead(others: readonly InstalledCodex[]): string | null {
  const sound = others.find(({ version }) => version !== null && !isOlder(version, OLDEST));
  return sound === undefined ? null : `${first(sound.path)}   # Codex ${sound.version} is there too`;
}

function first(path: string): string {
  return `export PATH="${dirname(path)}:$PATH"`;
}
