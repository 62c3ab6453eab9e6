import type { Fault } from '../fault.js';
import type { Machine } from '../machine.js';

const KEY = 'LMDEPLOY_API_KEY';
const key = (value: string) => (the: Machine) => {
  the.env[KEY] = value;
};

/** The variable of the key. */
export const KEY_VARIABLE: readonly Fault[] = [
  {
    what: 'the key variable is not set',
    set: (the) => {
      delete the.env[KEY];
    },
    check: 'key.variable',
    status: 'fail',
    says: /LMDEPLOY_API_KEY is not set/,
    cause: /LMDEPLOY_API_KEY/,
    mends: true,
  },
  {
    what: 'the key variable is empty',
    set: key(''),
    check: 'key.variable',
    status: 'fail',
    says: /LMDEPLOY_API_KEY is empty/,
    cause: /LMDEPLOY_API_KEY/,
    mends: true,
  },
  {
    what: 'the config names another variable than the one that is set',
    set: (the) => the.edit(`"${KEY}"`, '"LMDEPLOY_KEY"'),
    check: 'key.variable',
    status: 'fail',
    says: /LMDEPLOY_KEY is not set.*LMDEPLOY_API_KEY is set/,
    cause: /LMDEPLOY_KEY/,
    mends: true,
  },
  {
    what: 'the key itself in place of the name of a variable',
    set: (the) => the.edit(`"${KEY}"`, '"sk-1234"'),
    check: 'key.variable',
    status: 'fail',
    says: /^(?!.*sk-1234).*config\.toml:10: env_key holds no name of a variable/,
    cause: /sk-1234 \(missing\)|env_key/,
    mends: true,
  },
  {
    what: 'blanks around the key',
    set: key(' dummy '),
    check: 'key.variable',
    status: 'warn',
    says: /blanks or a line end/,
    cause: /LMDEPLOY_API_KEY/,
    mends: true,
  },
  {
    what: 'a line end behind the key',
    set: key('dummy\n'),
    check: 'key.variable',
    status: 'warn',
    says: /line end/,
    cause: /LMDEPLOY_API_KEY/,
    mends: true,
  },
  {
    what: 'a line end within the key',
    set: key('dum\nmy'),
    check: 'key.variable',
    status: 'warn',
    says: /holds blanks or a line end/,
    cause: /LMDEPLOY_API_KEY/,
    mends: true,
  },
  {
    what: 'a whole header in place of the key',
    set: key('Bearer dummy'),
    check: 'key.variable',
    status: 'warn',
    says: /begins with "Bearer "/,
    cause: /LMDEPLOY_API_KEY/,
    mends: true,
  },
  {
    what: 'a key that counts, over plain http to another address than loopback',
    set: (the) => the.edit(the.server.baseUrl, `http://0.0.0.0:${the.server.port}/v1`),
    check: 'key.variable',
    status: 'warn',
    says: /goes over plain http to 0\.0\.0\.0/,
    server: { apiKeys: ['dummy'], host: '0.0.0.0' },
  },
];
