import { list, named } from '../front.js';
import type { Row } from '../row.js';

/** Model lists that are none, and the words that name the cause. */
export const LISTINGS: readonly (Row & { words: RegExp })[] = [
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
