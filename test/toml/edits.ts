import fc from 'fast-check';
import type { Edit, Scalar } from '../../src/toml/edit.js';
import { FIELDS, PROVIDERS, TOP } from './documents.js';

const MP = 'model_providers';

const paths: [string, ...string[]][] = [
  ...TOP.map((name): [string] => [name]),
  ...[...PROVIDERS, 'new', 'new.er'].flatMap((id) =>
    FIELDS.map((field): [string, ...string[]] => [MP, id, field]),
  ),
  [MP, 'lmdeploy', 'http_headers', 'X-A'],
  [MP, 'new', 'http_headers', 'X-A'],
  ['profiles', 'x', 'model'],
  ['profiles', 'y', 'model'],
  ['mcp_servers', 'fs', 'command'],
  ['notes', 'author'],
];
const tablePaths = PROVIDERS.map((id): [string, ...string[]] => [MP, id]);

const scalar: fc.Arbitrary<Scalar> = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.maxSafeInteger(),
  fc.boolean(),
  fc.constant(0.25),
);

const anEdit: fc.Arbitrary<Edit> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ path: fc.constantFrom(...paths), set: scalar }) },
  {
    weight: 1,
    arbitrary: fc.record({ path: fc.constantFrom(...paths, ...tablePaths), remove: fc.constant<true>(true) }),
  },
);

const isPrefix = (a: readonly string[], b: readonly string[]) => a.every((name, index) => name === b[index]);
export const touches = (a: readonly string[], b: readonly string[]): boolean =>
  isPrefix(a, b) || isPrefix(b, a);

export const editLists: fc.Arbitrary<Edit[]> = fc
  .array(anEdit, { minLength: 1, maxLength: 8 })
  .map((list) =>
    list.filter((one, index) => !list.slice(0, index).some((before) => touches(one.path, before.path))),
  );
