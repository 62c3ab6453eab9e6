import { quoted } from '../../ui/shell-word.js';
import { type Check, fail, pass, skip } from '../check.js';
import { legacyFault } from './config-legacy.js';
import { providerFault } from './config-provider.js';

export const configAccepted: Check = {
  id: 'config.accepted',
  title: 'The installed Codex loads the config',
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

/** Codex names the file, which may be a project's or the system's. */
function whereToCorrect(words: string, configPath: string): string {
  const [, file, line] = /^(.+?):(\d+):\d+: /.exec(words) ?? [];
  return file === undefined ? `Correct it in ${configPath}.` : `"\${EDITOR:-vi}" +${line} ${quoted(file)}`;
}
