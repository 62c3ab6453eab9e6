import { isOlder } from '../../codex/installed.js';
import { type Check, fail, pass, warn } from '../check.js';

/** The first release with `--profile NAME` as a file of its own, and the oldest that was tried. */
const OLDEST = '0.134.0';

export const codexInstalled: Check = {
  id: 'codex.installed',
  title: 'Codex is installed',
  requires: [],
  async run({ codex }) {
    const installed = await codex();
    if (installed === null) return fail('No codex is on the PATH.', 'npm install -g @openai/codex');
    const { path, version, problem } = installed;
    if (version === null) return fail(`${path} does not work: ${problem}.`, 'npm install -g @openai/codex');
    if (isOlder(version, OLDEST))
      return warn(`Codex ${version} (${path}) is older than ${OLDEST}.`, 'npm install -g @openai/codex');
    return pass(`Codex ${version} (${path})`);
  },
};
