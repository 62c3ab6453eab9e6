import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readToml } from '../../src/toml/read.js';
import { maskSecrets } from '../../src/toml/secrets.js';

type Case = [name: string, before: string, after: string];

const parsed: Case[] = [
  ['quotes stay', `api_key = "a"\nbearer_token = 'b'\n`, `api_key = "••••"\nbearer_token = '••••'\n`],
  [
    'other kinds get quotes',
    `password = 1234 # c\nkey = [1, 2]\ntoken = { a = 1 }\n`,
    `password = "••••" # c\nkey = "••••"\ntoken = "••••"\n`,
  ],
  ['strings over lines', `secret = """\na\nb"""\nx = 1\n`, `secret = """••••"""\nx = 1\n`],
  [
    'every spelling of the names',
    `"API-Key" = "a"\ny.OPENAI_API_KEY = "b"\n[x]\napikey = "c"\npasswd = "d"\nauth = "e"\nrequires_openai_auth = false\n`,
    `"API-Key" = "••••"\ny.OPENAI_API_KEY = "••••"\n[x]\napikey = "••••"\npasswd = "••••"\nauth = "••••"\nrequires_openai_auth = false\n`,
  ],
  [
    'names of variables',
    `env_key = "A"\nenv_key_instructions = "B"\ntoken_env = "C"\nbearer_token_env_var = "D"\n`,
    `env_key = "A"\nenv_key_instructions = "B"\ntoken_env = "C"\nbearer_token_env_var = "D"\n`,
  ],
  [
    'tables of names of variables',
    `[p.env_http_headers]\nAuthorization = "A"\n`,
    `[p.env_http_headers]\nAuthorization = "A"\n`,
  ],
  [
    'tables of secrets',
    `[p.http_headers]\nX-A = "a"\n[p.query_params]\nv = 1\n[m.env]\nA = "b"\n[q]\n`,
    `[p.http_headers]\nX-A = "••••"\n[p.query_params]\nv = "••••"\n[m.env]\nA = "••••"\n[q]\n`,
  ],
  [
    'in braces and dotted keys',
    `p = { headers = { X-A = "a", env_key = "b" }, env.c = "d", url = "e" }\n`,
    `p = { headers = { X-A = "••••", env_key = "••••" }, env.c = "••••", url = "e" }\n`,
  ],
  [
    'in arrays',
    `p = [{ token = "a", b = 1 }, { c = [{ token = "d" }] }]\n[[q]]\ntoken = "e"\n`,
    `p = [{ token = "••••", b = 1 }, { c = [{ token = "••••" }] }]\n[[q]]\ntoken = "••••"\n`,
  ],
  ['in place of a table of secrets', `http_headers = ["Authorization: a"]\n`, `http_headers = "••••"\n`],
  [
    'comments',
    `x = 1 # token = "a"\n#api_key="b"\n# token budget\n[p.headers]\n# X-A = "c"\n[q]\n# X-A = "d"\n`,
    `x = 1 # token = "••••"\n#api_key="••••"\n# token budget\n[p.headers]\n# X-A = "••••"\n[q]\n# X-A = "d"\n`,
  ],
  ['comments within secrets', `key = [\n  "a", # token = "b"\n]\n`, `key = "••••"\n`],
  [
    'comments within braces',
    `m.env = {\n  # A = "a"\n  B = "b", # x = "c"\n}\n# A = "d"\n`,
    `m.env = {\n  # A = "••••"\n  B = "••••", # x = "••••"\n}\n# A = "d"\n`,
  ],
  ['not in strings', `x = """\ntoken = "a"\n"""\n`, `x = """\ntoken = "a"\n"""\n`],
  [
    'BOM and CRLF',
    `\uFEFFkey = "a"\r\n# key = "b"\r\nx = 1\r\n`,
    `\uFEFFkey = "••••"\r\n# key = "••••"\r\nx = 1\r\n`,
  ],
];

const broken: Case[] = [
  [
    'all after the =',
    `x = \napi_key = "a" # b\ny = 1\r\ntoken=c\r\n`,
    `x = \napi_key = "••••"\ny = 1\r\ntoken="••••"\r\n`,
  ],
  [
    'another sign',
    `api_key: sk-1\ntoken "sk-2"\nexport A_TOKEN=sk-3\n`,
    `api_key: "••••"\ntoken "••••"\nexport A_TOKEN="••••"\n`,
  ],
  ['within a line', `p = { a = 1, key = "b" c }\n`, `p = { a = 1, key = "••••"\n`],
  [
    'below broken headers',
    `[p.http_headers\nX-A = "a"\n[q] # c = d\nX-A = "b"\nq.env]\nX-A = "c"\n`,
    `[p.http_headers\nX-A = "••••"\n[q] # c = d\nX-A = "b"\nq.env]\nX-A = "••••"\n`,
  ],
  [
    'over lines',
    `x = \nkey = """\na\n""" # b\nenv = {\n  A = { b = 1 },\n  C = 1\n}\ny = 1\n`,
    `x = \nkey = "••••"\n"••••"\n"••••"\nenv = "••••"\n"••••"\n"••••"\n"••••"\ny = 1\n`,
  ],
  ['not below prose', `x = \n# about env\n[p]\ny = 1\n`, `x = \n# about env\n[p]\ny = 1\n`],
  [
    'names of variables stay',
    `x = \nenv_key = "A"\n[p.env_http_headers]\nAuthorization = "B"\n`,
    `x = \nenv_key = "A"\n[p.env_http_headers]\nAuthorization = "B"\n`,
  ],
];

test.each(parsed)('masks %s', (_, before, after) => {
  expect(maskSecrets(before)).toBe(after);
  readToml(after);
});

test.each(broken)('masks in what is no TOML: %s', (_, before, after) => {
  expect(() => readToml(before)).toThrow();
  expect(maskSecrets(before)).toBe(after);
});

test('a secret stays masked whatever is wrong elsewhere, or with the signs around it', () => {
  const good = [
    ['api_key = "S3CR3T"', '[p.http_headers]', 'X-Any = "S3CR3T"', '"X-Other" = \'S3CR3T\'', '[q]', 'x = 1'],
    [
      'p.env = { A = "S3CR3T", B = "S3CR3T" }',
      'p.headers.a = "S3CR3T"',
      '# token = "S3CR3T"',
      'api_key = S3CR3T',
      'x = "y"',
    ],
    ['[p]', 'token = """', 'S3CR3T', '"""', 'x = 1', 'env = {', '  A = "S3CR3T",', '}'],
  ];
  const damage = fc.record({
    at: fc.nat(),
    line: fc.constantFrom('', '"', "'", '=', 'a = ', ']', '[', '@'),
    sign: fc.constantFrom(' ', ':', '==', ' = = ', ' : '),
  });
  fc.assert(
    fc.property(fc.constantFrom(...good), fc.array(damage, { maxLength: 3 }), (lines, damages) => {
      const text = damages.reduce((before, { at, line, sign }) => {
        // Between the lines, or in place of a sign between a key and its value.
        const places = [...before.matchAll(/^| = /gm)];
        const { index, 0: found } = places[at % places.length] ?? { index: 0, 0: '' };
        return (
          before.slice(0, index) + (found === '' ? `${line}\n` : sign) + before.slice(index + found.length)
        );
      }, lines.join('\n'));
      expect(maskSecrets(text)).not.toContain('S3CR3T');
    }),
    { numRuns: 1000 },
  );
});

test('lines that a parser can read are masked in their place', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('# c', 'x = 1', 'token = "a"', '[p.env]', '', 'key = "b" # d')),
      (lines) => {
        const masked = maskSecrets(lines.join('\n')).split('\n');
        expect(masked.length).toBe(lines.join('\n').split('\n').length);
      },
    ),
  );
});
