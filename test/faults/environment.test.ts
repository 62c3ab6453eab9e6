import { chmod } from 'node:fs/promises';
import { request } from 'node:http';
import { delimiter, join } from 'node:path';
import { expect, test } from 'vitest';
import { closedPort, httpServer } from '../sockets.js';
import { type Fault, hold } from './fault.js';
import { AGREEABLE, findings, type Machine, machine } from './machine.js';

const KEY = 'LMDEPLOY_API_KEY';
const key = (value: string) => (the: Machine) => {
  the.env[KEY] = value;
};

/** A variable that names a proxy on which nothing listens. */
const deadProxy = (name: string) => async (the: Machine) => {
  the.env[name] = await closedPort();
};

/** A proxy that passes on what it is asked for. */
async function liveProxy(): Promise<string> {
  return httpServer((incoming, response) => {
    const { method, headers, url = '' } = incoming;
    const onward = request(url, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    incoming.pipe(onward);
  });
}

const says = (version: string) => `#!/bin/sh\necho codex-cli ${version}\n`;

const FAULTS: readonly Fault[] = [
  {
    what: 'the key variable is not set',
    set: (the) => {
      delete the.env[KEY];
    },
    check: 'key.variable',
    status: 'fail',
    says: /LMDEPLOY_API_KEY is not set/,
    mends: true,
  },
  {
    what: 'the key variable is empty',
    set: key(''),
    check: 'key.variable',
    status: 'fail',
    says: /LMDEPLOY_API_KEY is empty/,
    mends: true,
  },
  {
    what: 'the config names another variable than the one that is set',
    set: (the) => the.edit(`"${KEY}"`, '"LMDEPLOY_KEY"'),
    check: 'key.variable',
    status: 'fail',
    says: /LMDEPLOY_KEY is not set.*LMDEPLOY_API_KEY is set/,
    mends: true,
  },
  {
    what: 'the key itself in place of the name of a variable',
    set: (the) => the.edit(`"${KEY}"`, '"sk-1234"'),
    check: 'key.variable',
    status: 'fail',
    says: /^(?!.*sk-1234).*config\.toml:10: env_key holds no name of a variable/,
    mends: true,
  },
  {
    what: 'blanks around the key',
    set: key(' dummy '),
    check: 'key.variable',
    status: 'warn',
    says: /blanks or a line end/,
    mends: true,
  },
  {
    what: 'a line end behind the key',
    set: key('dummy\n'),
    check: 'key.variable',
    status: 'warn',
    says: /line end/,
    mends: true,
  },
  {
    what: 'a line end within the key',
    set: key('dum\nmy'),
    check: 'key.variable',
    status: 'warn',
    says: /holds blanks or a line end/,
    mends: true,
  },
  {
    what: 'a whole header in place of the key',
    set: key('Bearer dummy'),
    check: 'key.variable',
    status: 'warn',
    says: /begins with "Bearer "/,
    mends: true,
  },
  {
    what: 'a key that is not one of the server’s',
    set: key('wrong'),
    check: 'server.key',
    status: 'fail',
    says: /refuses the key in LMDEPLOY_API_KEY/,
    server: { apiKeys: ['right'] },
  },
  {
    what: 'a key that counts, over plain http to another address than loopback',
    set: (the) => the.edit(the.server.baseUrl, `http://0.0.0.0:${the.server.port}/v1`),
    check: 'key.variable',
    status: 'warn',
    says: /goes over plain http to 0\.0\.0\.0/,
    server: { apiKeys: ['dummy'], host: '0.0.0.0' },
  },
  {
    what: 'an engine that sleeps',
    set: () => undefined,
    check: 'server.awake',
    status: 'fail',
    says: /Engine is sleeping/,
    server: { asleep: true },
  },
  ...(['0.17', '0.16', '0.15'] as const).map(
    (release): Fault => ({
      what: `LMDeploy ${release}`,
      set: (the) => {
        the.args = ['--only', 'server.release'];
      },
      check: 'server.release',
      status: 'warn',
      says: /^LMDeploy 0\.1[4-7].*: a call without arguments ends the session/,
      server: { release },
    }),
  ),
  ...['HTTP_PROXY', 'http_proxy', 'ALL_PROXY'].map(
    (name): Fault => ({
      what: `${name} names a proxy that is dead`,
      set: deadProxy(name),
      check: 'network.proxy',
      status: 'fail',
      says: new RegExp(`^${name} sends what is meant for http://127.*can't be reached.*without end`),
      mends: true,
    }),
  ),
  {
    what: 'a dead proxy, and a no_proxy that is about another host',
    set: async (the) => {
      the.env['no_proxy'] = 'example.com';
      await deadProxy('http_proxy')(the);
    },
    check: 'network.proxy',
    status: 'fail',
    says: /^http_proxy sends/,
    mends: true,
  },
  {
    what: 'a proxy that works catches this very machine',
    set: async (the) => {
      the.env['HTTP_PROXY'] = await liveProxy();
    },
    check: 'network.proxy',
    status: 'warn',
    says: /although it is on this machine/,
    mends: true,
  },
  {
    what: 'a proxy that lets nothing through',
    set: async (the) => {
      the.env['HTTP_PROXY'] = await httpServer((_, response) => response.writeHead(403).end('not for you'));
    },
    check: 'network.proxy',
    status: 'fail',
    says: /the proxy 127\.0\.0\.1:\d+, where that leads nowhere: it answers with 403: not for you/,
    mends: true,
  },
  {
    what: 'a proxy that can not reach this machine',
    set: async (the) => {
      the.env['HTTP_PROXY'] = await httpServer((_, response) => response.writeHead(502).end('no such host'));
    },
    check: 'network.proxy',
    status: 'fail',
    says: /leads nowhere: .*502: no such host/,
    mends: true,
  },
  {
    what: 'a SOCKS proxy',
    set: (the) => {
      the.env['ALL_PROXY'] = 'socks5://127.0.0.1:1080';
    },
    check: 'network.proxy',
    status: 'fail',
    says: /SOCKS, which Codex does not speak/,
    mends: true,
  },
  {
    what: 'a CA file that is not there',
    set: (the) => {
      the.env['CODEX_CA_CERTIFICATE'] = join(the.folder, 'gone.pem');
    },
    check: 'network.proxy',
    status: 'warn',
    says: /CODEX_CA_CERTIFICATE names .*gone\.pem, which can't be read \(ENOENT\)/,
    mends: true,
  },
  {
    what: 'a CA file without a certificate',
    set: async (the) => {
      await the.write('empty.pem', 'nothing\n');
      the.env['SSL_CERT_FILE'] = join(the.folder, 'empty.pem');
    },
    check: 'network.proxy',
    status: 'warn',
    says: /SSL_CERT_FILE names .*holds no certificate/,
    mends: true,
  },
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
    what: 'two Codexes, the real one first',
    real: true,
    set: async (the) => {
      await the.write('bin/codex', says('0.150.0'), 0o755);
      the.env['PATH'] += `${delimiter}${join(the.folder, 'bin')}`;
    },
    check: 'codex.installed',
    status: 'warn',
    says: /Codex 0\.169\.0 \(.*\) is used; .*bin\/codex, later on the PATH, is 0\.150\.0/,
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
  },
];

test.each(FAULTS)('$what: $status $check', hold);

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

test('a key in place of a name is shown nowhere, whatever else is wrong', async () => {
  const the = await machine({ server: { apiKeys: ['right'] } });
  await the.edit('"LMDEPLOY_API_KEY"', '"sk-1234"');
  const found = await findings(the);
  expect(found.map(({ id }) => id)).toEqual(['key.variable', 'server.key']);
  expect(JSON.stringify(found)).not.toContain('sk-1234');
});
