import type { ConfigRead } from '../../codex/config.js';
import { type Check, type Finding, fail, pass, skip } from '../check.js';
import { titled } from '../titles.js';

export const configSyntax: Check = {
  ...titled('config.syntax'),
  requires: ['codex.home'],
  async run({ config, userConfig }) {
    // A profile is laid over config.toml, so both have to be TOML.
    const fault = syntaxFault(config) ?? syntaxFault(userConfig);
    if (fault !== null) return fault;
    return config.state === 'absent' ? skip(`no ${config.path} yet`) : pass(config.path);
  },
};

/** What keeps a config file from being read; null where nothing does. */
export function syntaxFault(config: ConfigRead): Finding | null {
  if (config.state === 'broken')
    return fail(config.error.message, [config.error.hint, ...config.error.excerpt.slice(0, 1)].join(' '));
  return config.state === 'unreadable' ? fail(config.error.message, config.error.hint) : null;
}
