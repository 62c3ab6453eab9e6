import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { errorsPage } from '../../build/errors-page.mjs';
import { parsedModule, parsedSource } from '../../build/parsed-source.mjs';
import { thrownErrors } from '../../build/thrown-errors.mjs';
import { ERROR_CODES } from '../../src/error-codes.js';
import { ROOT } from '../cli.js';

const errors = thrownErrors(parsedSource());

test('docs/errors.md is what npm run errors:report makes of the source', async () => {
  expect(await readFile(join(ROOT, 'docs/errors.md'), 'utf8')).toBe(await errorsPage());
});

test('each code is thrown somewhere, and each error has a code of the list or hands one on', () => {
  const thrown = new Set(errors.flatMap(({ codes }) => codes));
  expect([...thrown].sort()).toEqual(Object.keys(ERROR_CODES).sort());
  const handedOn = errors.filter(({ codes }) => codes.length === 0).map(({ where }) => where.split(':')[0]);
  expect(handedOn).toEqual(['commands/init.ts', 'commands/run.ts']);
});

test('every place that makes an error is read', () => {
  const texts = [...parsedSource().values()].map(({ path, text }) => ({ path, text }));
  const places = texts.flatMap(({ path, text }) => [...text.matchAll(/new CliError\(/g)].map(() => path));
  const read = [...new Set(errors.map(({ where }) => where))].map((where) => where.split(':')[0]);
  expect(read.sort()).toEqual(places.sort());
});

test('no sentence ends in two full stops, and each error has one', () => {
  for (const { where, messages, check } of errors) {
    expect(messages.length > 0 || check !== null, where).toBe(true);
    for (const message of messages) expect(message, where).not.toMatch(/\.\.$|^$/);
  }
});

/** The errors of a source of one file. */
function errorsOf(text: string) {
  return thrownErrors(new Map([['a.ts', parsedModule('a.ts', text)]]));
}

test('values are gaps; constants, conditions and what callers say are read', () => {
  const [first] = errorsOf(
    "const TOP = 9; throw new CliError('usage', `${home.configPath}: ${n} of ${TOP} ${a ? 'x' : 'y'}.`, 'z');",
  );
  expect(first).toMatchObject({
    codes: ['usage'],
    messages: ['‹config path›: ‹n› of 9 x.', '‹config path›: ‹n› of 9 y.'],
    hints: ['z'],
  });
});

test('a message and its hint are those of one call', () => {
  const errors = errorsOf(`
    function refuse(why: string, hint: string) { return new CliError('usage', \`It \${why}.\`, hint); }
    throw refuse('is old', 'make it new'); throw refuse('is red', 'paint it');`);
  expect(errors.map(({ messages, hints }) => [messages, hints])).toEqual([
    [['It is old.'], ['make it new']],
    [['It is red.'], ['paint it']],
  ]);
});
