import { expect, test } from 'vitest';
import { type Edit, edit } from '../../src/toml/edit.js';

type Case = [name: string, edits: Edit[], before: string, after: string];

const MODEL: Edit = { path: ['model'], set: 'qwen' };
const NAME: Edit = { path: ['model_providers', 'lmdeploy', 'name'], set: 'LMDeploy' };

const cases: Case[] = [
  ['a bare key', [MODEL], `model = "gpt"\n`, `model = "qwen"\n`],
  ['a trailing comment stays', [MODEL], `model="gpt"   # mine\n`, `model="qwen"   # mine\n`],
  ['a key in double quotes', [MODEL], `"model" = "gpt"\n`, `"model" = "qwen"\n`],
  ['a key in single quotes', [MODEL], `'model' = 'gpt'\n`, `'model' = "qwen"\n`],
  ['a key with an escape', [MODEL], `"mod\\u0065l" = "gpt"\n`, `"mod\\u0065l" = "qwen"\n`],
  ['indentation and tabs', [MODEL], `\t model\t=\t"gpt"\t\n`, `\t model\t=\t"qwen"\t\n`],
  ['no final newline', [MODEL], `a = 1\nmodel = "gpt"`, `a = 1\nmodel = "qwen"`],
  ['CRLF', [MODEL], `model = "gpt" # c\r\na = 1\r\n`, `model = "qwen" # c\r\na = 1\r\n`],
  ['a BOM', [MODEL], `\uFEFFmodel = "gpt"\n`, `\uFEFFmodel = "qwen"\n`],
  [
    'a string over several lines',
    [MODEL],
    `model = """\ngpt\n""" # c\na = 1\n`,
    `model = "qwen" # c\na = 1\n`,
  ],
  ['an array', [MODEL], `model = [\n  "a", # one\n]\n`, `model = "qwen"\n`],
  ['the same text otherwise quoted', [MODEL], `model = '''qwen'''\n`, `model = '''qwen'''\n`],
  ['the same integer', [{ path: ['n'], set: 600000 }], `n = 600_000\n`, `n = 600_000\n`],
  ['the same integer in hex', [{ path: ['n'], set: 255 }], `n = 0xFF\n`, `n = 0xFF\n`],
  ['a float for an integer', [{ path: ['n'], set: 1 }], `n = 1.0\n`, `n = 1\n`],
  ['the same float', [{ path: ['n'], set: 0.5 }], `n = +5e-1\n`, `n = +5e-1\n`],
  ['a boolean', [{ path: ['n'], set: false }], `n = true\n`, `n = false\n`],
  ['the word for a boolean', [{ path: ['n'], set: true }], `n = "true"\n`, `n = true\n`],
  [
    'in a table',
    [NAME],
    `[model_providers.lmdeploy]\nname = "x"\n`,
    `[model_providers.lmdeploy]\nname = "LMDeploy"\n`,
  ],
  [
    'in a table with a quoted name and blanks',
    [NAME],
    `[ model_providers . "lmdeploy" ] # c\n  name = "x"\n`,
    `[ model_providers . "lmdeploy" ] # c\n  name = "LMDeploy"\n`,
  ],
  [
    'as a dotted key',
    [NAME],
    `model_providers . 'lmdeploy'.name = "x"\n`,
    `model_providers . 'lmdeploy'.name = "LMDeploy"\n`,
  ],
  [
    'as a dotted key in a table',
    [NAME],
    `[model_providers]\nlmdeploy.name = "x"\n`,
    `[model_providers]\nlmdeploy.name = "LMDeploy"\n`,
  ],
  [
    'in an inline table',
    [NAME],
    `[model_providers]\nlmdeploy = { name = "x", wire_api = "chat" } # c\n`,
    `[model_providers]\nlmdeploy = { name = "LMDeploy", wire_api = "chat" } # c\n`,
  ],
  [
    'in nested inline tables with dotted keys',
    [NAME],
    `model_providers = { lmdeploy.name = "x", o = {} }\n`,
    `model_providers = { lmdeploy.name = "LMDeploy", o = {} }\n`,
  ],
  [
    'in an inline table over several lines (TOML 1.1)',
    [NAME],
    `model_providers.lmdeploy = {\n  name = "x", # c\n  wire_api = "chat",\n}\n`,
    `model_providers.lmdeploy = {\n  name = "LMDeploy", # c\n  wire_api = "chat",\n}\n`,
  ],
  [
    'not in a string that looks like it',
    [NAME, MODEL],
    `notes = """\nmodel = "a"\n[model_providers.lmdeploy]\nname = "b"\n"""\nmodel = "c"\n[model_providers.lmdeploy]\nname = "d"\n`,
    `notes = """\nmodel = "a"\n[model_providers.lmdeploy]\nname = "b"\n"""\nmodel = "qwen"\n[model_providers.lmdeploy]\nname = "LMDeploy"\n`,
  ],
  [
    'not in an array of tables',
    [MODEL],
    `model = "a"\n[[projects]]\nmodel = "b"\n[projects.x]\nmodel = "c"\n`,
    `model = "qwen"\n[[projects]]\nmodel = "b"\n[projects.x]\nmodel = "c"\n`,
  ],
  [
    'keys that JavaScript objects have',
    [{ path: ['__proto__', 'constructor'], set: 2 }],
    `[__proto__]\nconstructor = 1\ntoString = 3\n`,
    `[__proto__]\nconstructor = 2\ntoString = 3\n`,
  ],
];

test.each(cases)('sets %s', (_, edits, before, after) => {
  expect(edit(before, edits)).toBe(after);
  expect(edit(after, edits)).toBe(after);
});

test('no edits change nothing', () => {
  expect(edit('# only this\r\n\r\n', [])).toBe('# only this\r\n\r\n');
});
