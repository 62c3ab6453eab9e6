import { quoted } from '../../ui/shell-word.js';
import { type Check, fail, pass, skip } from '../check.js';
import { titled } from '../titles.js';
import { catalogFault } from './catalog-entry.js';
import { legacyFault } from './config-legacy.js';
import { providerFault } from './config-provider.js';

export const configAccepted: Check = {
  ...titled('config.accepted'),
  requires: ['codex.installed', 'config.syntax'],
  async run(examination) {
    const { verdict, home, config, userConfig } = examination;
    if (config.state === 'absent' && userConfig.state === 'absent')
      return skip('there is no config.toml to ask Codex about');
    const said = await verdict();
    switch (said.state) {
      case 'accepted':
        return pass('as codex debug prompt-input says');
      case 'refused': {
        // One cause, one finding: what another check knows better is said there.
        if ((await legacyFault(examination))?.status === 'fail') return skip('config.legacy says why not');
        if (isAboutProvider(said.words) && (await providerFault(examination)) !== null)
          return skip('config.provider says why not');
        // Of a catalog that is not there Codex 0.169.0 only says "No such file or directory".
        if (/model_catalog_json|os error/.test(said.words) && catalogFault(examination)?.status === 'fail')
          return skip('catalog.entry says why not');
        return fail(said.words, whereToCorrect(said.words, home.configPath));
      }
      case 'unknown':
        return skip(said.why);
    }
  },
};

function isAboutProvider(words: string): boolean {
  return /model.provider|wire_api|provider auth|env_key/i.test(words) && !/reserved/.test(words);
}

/** Opens the place that Codex's words name, which may be in a project's file or the system's. */
export function whereToCorrect(words: string, configPath: string): string {
  const [, file, line] = /^(.+?):(\d+):\d+: /.exec(words) ?? [];
  const place = file === undefined ? quoted(configPath) : `+${line} ${quoted(file)}`;
  return `"\${EDITOR:-vi}" ${place}`;
}
