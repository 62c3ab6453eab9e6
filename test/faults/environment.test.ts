import { chmod } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { expect, test } from 'vitest';
import { hold, titled } from './fault.js';
import { findings, machine } from './machine.js';
import { ENVIRONMENT } from './rows/index.js';

test.each(titled(ENVIRONMENT))('%s', (_, fault) => hold(fault));

/** Root may read and write everything. */
test.skipIf(process.getuid?.() === 0)(
  'a home without rights: fail codex.home (not as root, who has them all)',
  () =>
    hold({
      what: 'rights',
      set: async (the) => {
        await the.write('closed/config.toml', the.config);
        await chmod(join(the.folder, 'closed'), 0o500);
        the.env['CODEX_HOME'] = join(the.folder, 'closed');
        the.args = [the.server.baseUrl];
      },
      check: 'codex.home',
      status: 'fail',
      says: /may not be read and written/,
      mends: true,
    }),
);

test('an older Codex behind the one that is used is named, and no fault', async () => {
  const the = await machine({ real: true });
  await the.write('bin/codex', '#!/bin/sh\necho codex-cli 0.150.0\n', 0o755);
  the.env['PATH'] += `${delimiter}${join(the.folder, 'bin')}`;
  expect(await findings(the)).toEqual([]);
});

test('a key in place of a name is shown nowhere, whatever else is wrong', async () => {
  const the = await machine({ server: { apiKeys: ['right'] } });
  await the.edit('"LMDEPLOY_API_KEY"', '"sk-1234"');
  const found = await findings(the);
  expect(found.map(({ id }) => id)).toEqual(['key.variable']);
  expect(JSON.stringify(found)).not.toContain('sk-1234');
});
