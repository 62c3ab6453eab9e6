import { type Check, fail, pass, skip } from '../check.js';

export const configAccepted: Check = {
  id: 'config.accepted',
  title: 'The installed Codex loads the config',
  requires: ['codex.installed', 'config.syntax'],
  async run({ verdict, home, config }) {
    if (config.state === 'absent') return skip('there is no config.toml to ask Codex about');
    const said = await verdict();
    switch (said.state) {
      case 'accepted':
        return pass('as codex debug prompt-input says');
      case 'refused':
        return fail(said.words, `Correct ${home.configPath} at the place that Codex names.`);
      case 'unknown':
        return skip(said.why);
    }
  },
};
