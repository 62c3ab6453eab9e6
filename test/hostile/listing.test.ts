import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { modelsDocument } from '../../src/documents.js';
import { startStandIn } from '../../src/stand-in/server.js';
import { list, models, named } from './front.js';
import { later } from './ground.js';
import { KEY, look, type Row, refused, sound, undecided } from './row.js';

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

const ROWS: readonly (Row & { words: RegExp })[] = [
  {
    name: 'cut',
    serve: () => list('{"object":"list","data":[{"id":"ti'),
    words: /JSON that is broken or cut/,
  },
  { name: 'plain text', serve: () => list('It works!'), words: /no list of models \(it is not JSON\)/ },
  { name: 'JSON lines', serve: () => list('{"data":[]}\n{"data":[]}'), words: /JSON that is broken or cut/ },
  { name: 'UTF-16', serve: () => list(Buffer.from('{"data":[]}', 'utf16le')), words: /JSON/ },
  {
    name: 'random bytes',
    serve: () => list(Buffer.from(Array.from({ length: 4_096 }, (_, i) => (i * 131) % 256))),
    words: /not JSON/,
  },
  { name: 'data: null', serve: () => list('{"data":null}'), words: /data: expected array, received null/ },
  { name: 'no data', serve: () => list('{"object":"list"}'), words: /data: expected array/ },
  { name: 'an empty array', serve: () => list('[]'), words: /expected object, received array/ },
  { name: 'a string', serve: () => list('"models"'), words: /expected object, received string/ },
  { name: 'null', serve: () => list('null'), words: /expected object, received null/ },
  { name: '1e999', serve: () => list('1e999'), words: /expected object, received Infinity/ },
  {
    name: 'an id of 1e999',
    serve: () => list('{"data":[{"id":1e999}]}'),
    words: /data\.0\.id: expected string, received Infinity/,
  },
  {
    name: 'ids that are numbers',
    serve: () => named(1, 2),
    words: /data\.0\.id: expected string, received number/,
  },
  { name: 'an empty id', serve: () => named(''), words: /data\.0\.id/ },
  { name: 'an id of 100 kB', serve: () => named('x'.repeat(100_000)), words: /data\.0\.id/ },
  {
    name: 'models that are strings',
    serve: () => list('{"data":["tiny"]}'),
    words: /data\.0: expected object/,
  },
  {
    name: 'an error with 200',
    serve: () => list('{"error":{"message":"no","type":"x"}}'),
    words: /data: expected array/,
  },
  {
    name: 'keys that poison objects',
    serve: () => list('{"__proto__":{"data":[{"id":"x"}]},"constructor":{"prototype":{"data":[]}}}'),
    words: /data: expected array/,
  },
];

describe.concurrent('a model list that is', () => {
  test.each(ROWS)('$name', async ({ words, ...row }) => {
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
