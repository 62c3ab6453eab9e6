import { expect, test } from 'vitest';
import { type Edit, EditRefused } from '../../src/toml/edit.js';
import { verify } from '../../src/toml/verify.js';

const SET: Edit = { path: ['t', 'a'], set: 2 };
const REMOVE: Edit = { path: ['t', 'a'], remove: true };

test.each<[string, string, string, Edit[]]>([
  ['a value set', `t.a = 1\n`, `t.a = 2\n`, [SET]],
  ['a key added', `[t]\nb = 1\n`, `[t]\na = 2\nb = 1\n`, [SET]],
  ['a table left empty', `[t]\na = 1\n`, `[t]\n`, [REMOVE]],
  ['a table that is spelled by nothing any more', `t.a = 1\n`, ``, [REMOVE]],
  ['a key that was not there', `b = 1\n`, `b = 1\n`, [REMOVE]],
  [
    'a prototype as data',
    `[__proto__]\na = 1\n`,
    `[__proto__]\na = 1\nb = 2\n`,
    [{ path: ['__proto__', 'b'], set: 2 }],
  ],
  [
    'a table that went and came back elsewhere',
    `[t.x]\na = 1\n[u]\n`,
    `[u]\n[t.y]\na = 2\n`,
    [
      { path: ['t', 'x'], remove: true },
      { path: ['t', 'y', 'a'], set: 2 },
    ],
  ],
  [
    'all kinds of values',
    `b = [nan, -inf, 1979-05-27, 07:32:00, {}, [[]], "x"]\n`,
    `b = [nan, -inf, 1979-05-27, 07:32:00, {}, [[]], "x"]\n`,
    [],
  ],
])('agrees with %s', (_, before, after, edits) => {
  expect(() => verify(before, after, edits)).not.toThrow();
});

test.each<[string, string, string, Edit[]]>([
  ['an edit that was not made', `t.a = 1\n`, `t.a = 1\n`, [SET]],
  ['a key that stayed', `t.a = 1\n`, `t.a = 1\n`, [REMOVE]],
  ['a key too many', `t.a = 1\n`, `t.a = 2\nb = 1\n`, [SET]],
  ['a prototype key too many', `t.a = 1\n`, `t.a = 2\n__proto__ = 1\n`, [SET]],
  ['a key that went', `b = 1\nt.a = 1\n`, `t.a = 2\n`, [SET]],
  ['an empty table that went', `b = {}\nt.a = 1\n`, `t.a = 2\n`, [SET]],
  ['another order', `b = 1\nc = 1\nt.a = 1\n`, `c = 1\nb = 1\nt.a = 2\n`, [SET]],
  ['another order further in', `b = [{ c = 1, d = 2 }]\n`, `b = [{ d = 2, c = 1 }]\n`, []],
  ['an integer that became a float', `b = 1\n`, `b = 1.0\n`, []],
  ['a value set as a float', `t.a = 1\n`, `t.a = 2.0\n`, [SET]],
  ['a sign that went', `b = -0.0\n`, `b = 0.0\n`, []],
  ['another date', `b = 1979-05-27\n`, `b = 1979-05-27T00:00:00\n`, []],
  ['another offset', `b = 1979-05-27T00:00:00Z\n`, `b = 1979-05-27T01:00:00+01:00\n`, []],
  ['a table that became a value', `b = {}\n`, `b = 1\n`, []],
  ['a value that became a table', `b = 1\n`, `b = {}\n`, []],
  ['a shorter array', `b = [1, 2]\n`, `b = [1]\n`, []],
  ['a value in the way', `t = 1\n`, `t.a = 2\n`, [SET]],
  ['what is no TOML any more', `t.a = 1\n`, `t.a = = 2\n`, [SET]],
])('refuses %s', (_, before, after, edits) => {
  expect(() => verify(before, after, edits)).toThrow(EditRefused);
});
