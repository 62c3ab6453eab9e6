import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { modelsDocument } from '../../src/documents.js';
import { startStandIn } from '../../src/stand-in/server.js';
import { models, named } from './front.js';
import { later } from './ground.js';
import { KEY, look, refused, sound, undecided } from './row.js';
import { LISTINGS } from './rows/listing.js';

const WEIRD = {
  'escape codes': 'ti\u001b[31mny\u001b[0m\u009b2J\u001b]0;owned\u0007',
  'line ends': 'tiny\r\nerror: not ours\n',
  quotes: `ti"n'y''' """ \\ \${x}`,
  'marks that turn the writing direction': 'tiny\u202egnp.exe\u2066\u200f\u061c',
  'nothing but control characters': '\u001b\u0000\u0007',
  'a NUL': 'ti\u0000ny',
};

describe.concurrent('a model whose name holds', () => {
  test.each(Object.entries(WEIRD))('%s', async (_, id) => {
    const seen = await look({ name: id, serve: () => renamed(id) });
    sound(seen);
    expect(modelsDocument.parse(JSON.parse(seen.modelsJson.stdout)).models).toMatchObject([{ id }]);
    expect(seen.models.stdout.trimEnd().split('\n')).toHaveLength(1);
  });
});

/** A stand-in that serves its model under this name. */
function renamed(id: string): Promise<string> {
  return models((response, body) => response.end(body), { models: [id] });
}

describe.concurrent('a model list that is', () => {
  test.each(LISTINGS)('$name', async ({ words, ...row }) => {
    refused(await look(row), 'server-kind', words);
  });
});

test('names that would run a command where a hint is pasted', async () => {
  const name = `a'; touch owned; echo 'b`;
  const seen = await look({ name: 'injection', serve: () => named(name, '$(touch owned)') });
  undecided(seen, 'model-needed', /serves 2 models/);
  const word = /--model (.*)$/m.exec(seen.init.stderr)?.[1] ?? '';
  expect(execFileSync('sh', ['-c', `printf %s ${word}`], { encoding: 'utf8' })).toBe(name);
});

test('a model that is called as the key', async () => {
  const seen = await look({ name: 'key', serve: () => named(KEY) });
  expect(seen.models.stdout).toBe('••••\n');
});

test('no models at all', async () => {
  undecided(await look({ name: 'none', serve: () => named() }), 'model-not-served', /lists no model at all/);
});

test('the same model twice is one', async () => {
  sound(await look({ name: 'twice', serve: () => named('tiny', 'tiny') }));
});

test('10,000 models: an error of one readable line, and all of them in the list', async () => {
  const ids = Array.from({ length: 10_000 }, (_, index) => `org/model-${index}`);
  const serve = async () => {
    const server = await startStandIn({ models: ids });
    later(() => server.close());
    return server.baseUrl;
  };
  const seen = await look({ name: 'many', serve });
  undecided(
    seen,
    'model-needed',
    /serves 10000 models, and none is chosen: org\/model-0, .*org\/model-9 and 9990 more/,
  );
  expect(seen.models.stdout.trimEnd().split('\n')).toEqual(ids);
});
