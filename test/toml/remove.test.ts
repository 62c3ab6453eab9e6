import { expect, test } from 'vitest';
import { type Edit, edit } from '../../src/toml/edit.js';

type Case = [name: string, edits: Edit[], before: string, after: string];

const MODEL: Edit = { path: ['model'], remove: true };
const NAME: Edit = { path: ['model_providers', 'lmdeploy', 'name'], remove: true };
const PROVIDER: Edit = { path: ['model_providers', 'lmdeploy'], remove: true };

const keys: Case[] = [
  ['with its trailing comment', [MODEL], `a = 1\nmodel = "x" # c\nb = 2\n`, `a = 1\nb = 2\n`],
  ['but not the comment above', [MODEL], `# on model\nmodel = "x"\n[t]\n`, `# on model\n[t]\n`],
  ['in CRLF', [MODEL], `a = 1\r\nmodel = "x"\r\nb = 2\r\n`, `a = 1\r\nb = 2\r\n`],
  ['at the end without a newline', [MODEL], `a = 1\nmodel = "x"`, `a = 1`],
  ['that is all there is', [MODEL], `\uFEFFmodel = "x"`, `\uFEFF`],
  ['over several lines', [MODEL], `a = 1\nmodel = """\n[t]\nb""" # c\nb = 2\n`, `a = 1\nb = 2\n`],
  [
    'that is not there',
    [MODEL, NAME],
    `a = { model = 1 }\n[t]\nmodel = 2\n`,
    `a = { model = 1 }\n[t]\nmodel = 2\n`,
  ],
  ['of which the parent is a value', [{ path: ['a', 'b'], remove: true }], `a = 1\n`, `a = 1\n`],
  [
    'and leaves its table',
    [NAME],
    `[model_providers.lmdeploy] # c\nname = "x"\n# d\n`,
    `[model_providers.lmdeploy] # c\n# d\n`,
  ],
  [
    'in dotted form',
    [NAME],
    `model_providers.lmdeploy.name = "x"\nmodel_providers.o.name = "y"\n`,
    `model_providers.o.name = "y"\n`,
  ],
  ['that was the last of dotted keys', [NAME], `a = 1\nmodel_providers.lmdeploy.name = "x"\n`, `a = 1\n`],
  ['with the blank line that would be left over', [MODEL], `a = 1\n\nmodel = "x"\n\n[t]\n`, `a = 1\n\n[t]\n`],
  [
    'and puts another in its place',
    [MODEL, { path: ['b'], set: 1 }],
    `model = "x"\n\n[t]\n`,
    `b = 1\n\n[t]\n`,
  ],
  [
    'at the end and puts another',
    [
      { path: ['t', 'b'], remove: true },
      { path: ['t', 'c'], set: 1 },
    ],
    `[t]\na = 1\nb = 2`,
    `[t]\na = 1\nc = 1`,
  ],
];

const tables: Case[] = [
  ['at the end', [PROVIDER], `a = 1\n\n[model_providers.lmdeploy]\nname = "x"\n`, `a = 1\n`],
  [
    'but not the comments on the next',
    [PROVIDER],
    `[model_providers.lmdeploy]\nname = "x" # c\n# inside\nb = 1\n\n# on t\n[t]\n`,
    `# on t\n[t]\n`,
  ],
  [
    'with its sub-tables, wherever they are',
    [PROVIDER],
    `[model_providers.lmdeploy.http_headers]\na = "b"\n\n[t]\nc = 1\n\n[model_providers.lmdeploy]\nname = "x"\n\n[[model_providers.lmdeploy.list]]\nd = 1\n\n[u]\n`,
    `[t]\nc = 1\n\n[u]\n`,
  ],
  [
    'and puts another provider in its place',
    [PROVIDER, { path: ['model_providers', 'x', 'name'], set: 'y' }],
    `[model_providers.lmdeploy]\nname = "x"\n\n[t]\n`,
    `[t]\n\n[model_providers.x]\nname = "y"\n`,
  ],
  [
    'and puts another beside one that stays',
    [PROVIDER, { path: ['model_providers', 'x', 'name'], set: 'y' }],
    `[model_providers.o]\na = 1\n\n# c\n[model_providers.lmdeploy]\nname = "x"\n\n[t]\n`,
    `[model_providers.o]\na = 1\n\n# c\n[model_providers.x]\nname = "y"\n\n[t]\n`,
  ],
  [
    'and puts another where it was all there was',
    [PROVIDER, { path: ['model_providers', 'x', 'name'], set: 'y' }],
    `[model_providers.lmdeploy]\nname = "x"\n`,
    `[model_providers.x]\nname = "y"\n`,
  ],
  [
    'at the end and puts another',
    [PROVIDER, { path: ['u', 'name'], set: 'y' }],
    `[t]\n\n[model_providers.lmdeploy]\nname = "x"\n\n`,
    `[t]\n\n[u]\nname = "y"\n\n`,
  ],
  [
    'in dotted keys',
    [PROVIDER],
    `a = 1\nmodel_providers.lmdeploy.name = "x"\nmodel_providers.lmdeploy.h.b = 1\n`,
    `a = 1\n`,
  ],
  [
    'in braces on a line of its own',
    [PROVIDER],
    `[model_providers]\nlmdeploy = {\n  name = "x", # c\n}\no = {}\n`,
    `[model_providers]\no = {}\n`,
  ],
  [
    'in braces within braces',
    [PROVIDER],
    `model_providers = { lmdeploy = { name = "x" }, o = {} }\n`,
    `model_providers = { o = {} }\n`,
  ],
  [
    'in dotted keys within braces',
    [PROVIDER],
    `model_providers = { lmdeploy.a = 1, o = {}, lmdeploy.b = 2 }\n`,
    `model_providers = { o = {} }\n`,
  ],
];

const braces = (edits: Edit[], before: string, after: string): Case => [
  `${before} -> ${after}`,
  edits,
  before,
  after,
];
const A: Edit = { path: ['t', 'a'], remove: true };
const B: Edit = { path: ['t', 'b'], remove: true };
const C: Edit = { path: ['t', 'c'], remove: true };
const NEW: Edit = { path: ['t', 'n'], set: 1 };
const entries: Case[] = [
  braces([A], `t = { a = 1 }`, `t = {  }`),
  braces([A], `t = {a = 1}`, `t = {}`),
  braces([A], `t = { a = 1 , }`, `t = {  }`),
  braces([A], `t = { a = 1, b = 2 }`, `t = { b = 2 }`),
  braces([B], `t = { a = 1, b = 2 }`, `t = { a = 1 }`),
  braces([B], `t = { a = 1 , b = 2 , }`, `t = { a = 1 , }`),
  braces([A, C], `t = { a = 1, b = 2, c = 3 }`, `t = { b = 2 }`),
  braces([A, B], `t = { a = 1, b = 2, c = 3 }`, `t = { c = 3 }`),
  braces([B, C], `t = { a = 1, b = 2, c = 3 }`, `t = { a = 1 }`),
  braces([A, B, C], `t = { a = 1, b = 2, c = 3, }`, `t = {  }`),
  braces([A, NEW], `t = { a = 1, }`, `t = { n = 1 }`),
  braces([B, NEW], `t = { a = 1, b = 2 }`, `t = { a = 1, n = 1 }`),
  braces([A, B, C, NEW], `t = { a = 1, b = 2, c = 3 }`, `t = { n = 1 }`),
];

test.each(keys)('removes a key %s', (_, edits, before, after) => {
  expect(edit(before, edits)).toBe(after);
  expect(edit(after, edits)).toBe(after);
});

test.each(tables)('removes a table %s', (_, edits, before, after) => {
  expect(edit(before, edits)).toBe(after);
  expect(edit(after, edits)).toBe(after);
});

test.each(entries)('%s', (_, edits, before, after) => {
  expect(edit(before, edits)).toBe(after);
  expect(edit(after, edits)).toBe(after);
});
