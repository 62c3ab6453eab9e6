import { delimiter, join } from 'node:path';
import type { Fault } from '../fault.js';
import { AGREEABLE } from '../machine.js';

const says = (version: string) => `#!/bin/sh\necho codex-cli ${version}\n`;

/** The installed Codex and its home. */
export const CODEX: readonly Fault[] = [
  {
    what: 'no Codex',
    set: (the) => {
      the.env['PATH'] = '/nowhere';
    },
    check: 'codex.installed',
    status: 'fail',
    says: /No codex is on the PATH/,
  },
  {
    what: 'a Codex that may not be executed',
    set: (the) => the.write('bin/codex', AGREEABLE, 0o644),
    check: 'codex.installed',
    status: 'fail',
    says: /bin\/codex is there, but it may not be executed/,
    mends: true,
  },
  {
    what: 'a Codex that hangs',
    set: (the) => the.write('bin/codex', '#!/bin/sh\nexec sleep 60\n', 0o755),
    check: 'codex.installed',
    status: 'fail',
    says: /bin\/codex does not work: .*no answer in \d+ s/,
  },
  {
    what: 'a Codex that is too old',
    set: (the) => the.write('bin/codex', says('0.133.0'), 0o755),
    check: 'codex.installed',
    status: 'warn',
    says: /Codex 0\.133\.0 .*older than 0\.134\.0/,
  },
  {
    what: 'a Codex that is too old, and a newer one behind it',
    set: async (the) => {
      await the.write('bin/codex', says('0.133.0'), 0o755);
      await the.write('newer/codex', AGREEABLE, 0o755);
      the.env['PATH'] += `${delimiter}${join(the.folder, 'newer')}`;
    },
    check: 'codex.installed',
    status: 'warn',
    says: /Codex 0\.133\.0 .*older than 0\.134\.0; .*newer\/codex, later on the PATH, is 0\.169\.0/,
    mends: true,
  },
  {
    what: 'two Codexes, the older one first',
    set: async (the) => {
      await the.write('bin/codex', says('0.150.0'), 0o755);
      await the.write('newer/codex', AGREEABLE, 0o755);
      the.env['PATH'] += `${delimiter}${join(the.folder, 'newer')}`;
    },
    check: 'codex.installed',
    status: 'warn',
    says: /Codex 0\.150\.0 \(.*bin\/codex\) is used; .*newer\/codex, later on the PATH, is 0\.169\.0/,
    mends: true,
  },
  {
    what: 'a Codex that does not work, and one behind it',
    set: async (the) => {
      await the.write('bin/codex', '#!/bin/sh\nexit 1\n', 0o755);
      await the.write("it's newer/codex", AGREEABLE, 0o755);
      the.env['PATH'] += `${delimiter}${join(the.folder, "it's newer")}`;
    },
    check: 'codex.installed',
    status: 'fail',
    says: /bin\/codex does not work: /,
    mends: true,
  },
  {
    what: 'a CODEX_HOME that is not there',
    set: (the) => {
      the.env['CODEX_HOME'] = join(the.folder, 'gone');
      the.args = [the.server.baseUrl];
    },
    check: 'codex.home',
    status: 'fail',
    says: /gone, named by CODEX_HOME, does not exist/,
    cause: /CODEX_HOME/,
  },
  {
    what: 'a CODEX_HOME that is a file',
    set: async (the) => {
      await the.write('file', '');
      await the.write('user/.codex/config.toml', the.config);
      the.env['CODEX_HOME'] = join(the.folder, 'file');
      the.args = [the.server.baseUrl];
    },
    check: 'codex.home',
    status: 'fail',
    says: /is not a folder/,
    cause: /CODEX_HOME could not|is not a folder/,
    mends: true,
  },
  {
    what: 'a CODEX_HOME in the temporary folder',
    set: async (the) => {
      the.temporaryFolder = join(the.folder, 'tmp');
      await the.write('tmp/home/config.toml', the.config);
      await the.write('user/.codex/config.toml', the.config.replace('"lmdeploy"', '"other"'));
      the.env['CODEX_HOME'] = join(the.folder, 'tmp/home');
    },
    check: 'codex.home',
    status: 'warn',
    says: /lies in the temporary folder/,
    cause: /temporary/,
  },
];
