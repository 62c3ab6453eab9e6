import { type Check, fail, pass, skip } from '../check.js';

export const configSyntax: Check = {
  id: 'config.syntax',
  title: 'config.toml is TOML',
  requires: [],
  async run({ config }) {
    switch (config.state) {
      case 'absent':
        return skip(`no ${config.path} yet`);
      case 'read':
        return pass(config.path);
      case 'broken':
        return fail(config.error.message, [config.error.hint, ...config.error.excerpt.slice(0, 1)].join(' '));
      case 'unreadable':
        return fail(config.error.message, config.error.hint);
    }
  },
};
