import { expect, test } from 'vitest';
import { type Edit, edit } from '../../src/toml/edit.js';
import { undoOf } from './undo.js';

const A: Edit = { path: ['t', 'a'], remove: true };
const B: Edit = { path: ['t', 'b'], remove: true };
const C: Edit = { path: ['t', 'c'], remove: true };
const N: Edit = { path: ['t', 'n'], set: 1 };
const M: Edit = { path: ['t', 'm'], set: 2 };

type Case = [edits: Edit[], before: string, after: string];

const added: Case[] = [
  [[N], 't = {\n}\n', 't = {\n  n = 1\n}\n'],
  [[N, M], '  t = {\r\n  }\r\n', '  t = {\r\n    n = 1,\r\n    m = 2\r\n  }\r\n'],
  [[N], 't = { # c\n# d\n}\n', 't = { # c\n# d\n  n = 1\n}\n'],
  [[N, M], 't = {\n\ta = 1, # c\n}\n', 't = {\n\ta = 1, # c\n\tn = 1,\n\tm = 2,\n}\n'],
  [[N, M], 't = {\n  a = 1 # c\n  # d\n}', 't = {\n  a = 1, # c\n  n = 1,\n  m = 2\n  # d\n}'],
  [[N], 't = {\n  a = 1 , # c\n\n}\n', 't = {\n  a = 1 , # c\n  n = 1,\n\n}\n'],
  [[N], 't = {\n  a = 1 # c,\n  , # d\n}\n', 't = {\n  a = 1 # c,\n  , # d\n  n = 1,\n}\n'],
  [[N], 't = {\n  a = 1\n  , b = 2 # d\n}\n', 't = {\n  a = 1\n  , b = 2, # d\n  n = 1\n}\n'],
  [[N], 't = { a = 1,\n  b = 2 }\n', 't = { a = 1,\n  b = 2, n = 1 }\n'],
  [[N], 't = { a = 1, # c\n b = 2, }\n', 't = { a = 1, # c\n b = 2, n = 1, }\n'],
  [[N], 't = {\n a = 1 # c\n , }\n', 't = {\n a = 1, n = 1 # c\n , }\n'],
  [[N], 't = { a = 1, b = 2,\n}\n', 't = { a = 1, b = 2,\n  n = 1,\n}\n'],
  [[N], 't = { a = """\n}""" }\n', 't = { a = """\n}""", n = 1 }\n'],
  [[N], 't = {\n  a = [ # }\n  ], # c\n}\n', 't = {\n  a = [ # }\n  ], # c\n  n = 1,\n}\n'],
  [[N], 'x.t = 0\nt = {\r\n  a = 1\n}\n', 'x.t = 0\nt = {\r\n  a = 1,\n  n = 1\n}\n'],
  [
    [{ path: ['t', 'u', 'n'], set: 1 }, { path: ['t', 'u', 'm'], set: 2 }, N],
    't = {\n  a = 1,\n}\n',
    't = {\n  a = 1,\n  u = { n = 1, m = 2 },\n  n = 1,\n}\n',
  ],
  [
    [{ path: ['t', 'u', 'n'], set: 1 }],
    't = {\n  u.a = 1, # c\n  b = 2\n}\n',
    't = {\n  u.a = 1, # c\n  b = 2,\n  u.n = 1\n}\n',
  ],
  [
    [N, { path: ['t', 'u', 'n'], set: 1 }],
    't = {\n  u = { # c\n  }\n}\n',
    't = {\n  u = { # c\n    n = 1\n  },\n  n = 1\n}\n',
  ],
];

const removed: Case[] = [
  [[A], 't = {\n  a = 1, # c\n  # d\n  b = 2,\n}\n', 't = {\n  # d\n  b = 2,\n}\n'],
  [[B], 't = {\n  a = 1, # c\n  # d\n  b = 2 # e\n}\n', 't = {\n  a = 1 # c\n  # d\n}\n'],
  [[A, B], 't = {\n  a = 1, # c\n  # d\n  b = 2 # e\n}\n', 't = {\n  # d\n}\n'],
  [[B, C], 't = { a = 1, b = 2,\n c = 3\n}\n', 't = { a = 1\n}\n'],
  [[A, C], 't = { a = 1, b = 2,\n c = 3 }\n', 't = { b = 2 }\n'],
  [[A], 't = { a = 1, # c\n b = 2 }\n', 't = {  # c\n b = 2 }\n'],
  [[B], 't = { a = 1, # c\n b = 2 }\n', 't = { a = 1 # c\n  }\n'],
  [[B], 't = { a = 1,\n b = 2, }\n', 't = { a = 1,\n  }\n'],
  [[A], 't = {\n  a = 1\n  , b = 2\n}\n', 't = {\n  \n   b = 2\n}\n'],
  [[B], 't = {\n  a = 1\n  , b = 2\n}\n', 't = {\n  a = 1\n}\n'],
  [[A, B], 't = {\n  a = 1\n  , b = 2\n}\n', 't = {\n  \n   \n}\n'],
  [
    [B],
    't = {\n  a = 1 # c, d\n  , b = 2 # e, f\n  , c = 3\n}\n',
    't = {\n  a = 1 # c, d\n  ,  # e, f\n   c = 3\n}\n',
  ],
  [
    [A],
    't = {\n  a = """\n # c""", b = [\n  1, # d\n  ], # e\n}\n',
    't = {\n  b = [\n  1, # d\n  ], # e\n}\n',
  ],
  [[B], 't = {\n  a = """\n # c""", b = [\n  1, # d\n  ], # e\n}\n', 't = {\n  a = """\n # c""", # e\n}\n'],
  [[B], 't = {\n  a = 1, b = [\n  1, # d\n  ] }\n', 't = {\n  a = 1 }\n'],
];

const both: Case[] = [
  [[B, N], 't = {\n  a = 1, # c\n  b = 2, # d\n}\n', 't = {\n  a = 1, # c\n  n = 1,\n}\n'],
  [[B, N], 't = {\n  a = 1, # c\n  b = 2 # d\n}\n', 't = {\n  a = 1, # c\n  n = 1\n}\n'],
  [[A, B, N], 't = {\n  a = 1,\n  b = 2,\n}\n', 't = {\n  n = 1\n}\n'],
  [
    [A, N, { path: ['t', 'b'], set: 3 }, { path: ['x'], set: 4 }, { path: ['y'], remove: true }],
    'y = 1\nt = {\n  a = 1, # c\n  b = 2 # d\n}\n',
    't = {\n  b = 3, # d\n  n = 1\n}\nx = 4\n',
  ],
];

test.each([...added, ...removed, ...both])('%j in %j', (edits, before, after) => {
  expect(edit(before, edits)).toBe(after);
  expect(edit(after, edits)).toBe(after);
});

test.each(added)('%j in %j, and back', (edits, before, after) => {
  expect(edit(after, undoOf(before, edits))).toBe(before);
});
