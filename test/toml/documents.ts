import fc from 'fast-check';
import type { Scalar } from '../../src/toml/edit.js';

/** A line of a generated document: the key or table that it spells, or (a comment) the table that it stands in. */
export type Line = { text: string; ending: string; about: readonly string[]; isFree: boolean };
export type Model = Map<string, Scalar>;
export type Document = { text: string; lines: Line[]; model: Model };
type Written = { value: Scalar; text: string };
type Bare = { text: string; about: readonly string[]; isFree?: boolean };

export const TOP = [
  'model',
  'model_provider',
  'approval_policy',
  'model_context_window',
  'a b',
  'ключ',
  '__proto__',
];
export const PROVIDERS = ['lmdeploy', 'openai', 'my.proxy'];
export const FIELDS = ['name', 'base_url', 'request_max_retries', 'requires_openai_auth'];
const FORMS = ['headers', 'dotted', 'braces', 'top dotted', 'top braces', 'braces over lines'] as const;

export const keyOf = (path: readonly string[]): string => JSON.stringify(path);

const word = fc.string({ unit: fc.constantFrom(...'abc -_./:#[]={}é😀'), maxLength: 12 });

const stringOnLine = word.chain((value) =>
  fc.constantFrom<Written>(
    { value, text: `"${value}"` },
    { value, text: `'${value}'` },
    { value: `${value}\t\\`, text: `"${value}\\t\\\\"` },
  ),
);
const stringOverLines = word.chain((value) =>
  fc.constantFrom<Written>(
    { value: `${value}x`, text: `"""\n${value}x"""` },
    { value: '[model_providers.lmdeploy] # no', text: `'''\n[model_providers.lmdeploy] # no'''` },
    { value: 'model = 1 name = 2', text: `"""\nmodel = 1 \\\n  name = 2"""` },
  ),
);
const integer = fc
  .nat(999_999)
  .chain((value) =>
    fc.constantFrom<Written>(
      { value, text: String(value) },
      { value, text: `0x${value.toString(16).toUpperCase()}` },
      { value, text: String(value).replace(/\B(?=(\d{3})+$)/g, '_') },
    ),
  );
const other = fc.constantFrom<Written>(
  { value: true, text: 'true' },
  { value: false, text: 'false' },
  { value: 0.5, text: '5e-1' },
);
const onLine = fc.oneof(stringOnLine, integer, other);
const anywhere = fc.oneof({ weight: 5, arbitrary: onLine }, { weight: 1, arbitrary: stringOverLines });

function spellings(name: string): string[] {
  const quoted = [`"${name}"`, `'${name}'`];
  return /^[\w-]+$/.test(name) && !/ключ/.test(name) ? [name, name, ...quoted] : quoted;
}

const keyText = (path: readonly string[]): fc.Arbitrary<string> =>
  fc
    .tuple(fc.constantFrom('.', ' . '), ...path.map((name) => fc.constantFrom(...spellings(name))))
    .map(([dot, ...names]) => names.join(dot));

const assignment = (
  below: readonly string[],
  rest: readonly string[],
  value: fc.Arbitrary<Written>,
): fc.Arbitrary<{ bare: Bare; value: Scalar }> =>
  fc
    .tuple(
      keyText(rest),
      fc.constantFrom(' = ', '=', '\t=  '),
      value,
      fc.constantFrom('', '', ' # c', '\t#"""'),
    )
    .map(([key, equals, written, comment]) => ({
      bare: { text: `${key}${equals}${written.text}${comment}`, about: [...below, ...rest] },
      value: written.value,
    }));

type Part = { bares: Bare[]; model: [string, Scalar][] };

const joined = (parts: readonly Part[]): Part => ({
  bares: parts.flatMap(({ bares }) => bares),
  model: parts.flatMap(({ model }) => model),
});

/** `{ … }` for the keys given. The table itself may be over lines, its inner ones never are. */
const braces = (
  path: readonly string[],
  keys: readonly string[],
): fc.Arbitrary<{ text: string; model: [string, Scalar][] }> =>
  fc
    .tuple(
      fc.constantFrom(' ', '', '  '),
      fc.constantFrom('', ',', ' ,'),
      ...keys.map((name) => assignment(path, [name], onLine).map((one) => ({ ...one, name }))),
    )
    .map(([pad, comma, ...entries]) => ({
      text: `{${pad}${entries.map(({ bare }) => bare.text.replace(/[ \t]*#(c|"""| c)$/, '')).join(', ')}${entries.length > 0 ? comma : ''}${pad}}`,
      model: entries.map(({ name, value }): [string, Scalar] => [keyOf([...path, name]), value]),
    }));

type Provider = { id: string; fields: string[] };

const providers: fc.Arbitrary<Provider[]> = fc.uniqueArray(
  fc.record({
    id: fc.constantFrom(...PROVIDERS),
    fields: fc.uniqueArray(fc.constantFrom(...FIELDS), { minLength: 1 }),
  }),
  { selector: ({ id }) => id, minLength: 1 },
);

function fieldsOf(base: string[], prefix: string[], { id, fields }: Provider): fc.Arbitrary<Part> {
  return fc
    .tuple(
      ...fields.map((field) =>
        assignment(base, [...prefix, id, field].slice(base.length), anywhere).map(({ bare, value }) => ({
          bares: [bare],
          model: [[keyOf(['model_providers', id, field]), value]] as [string, Scalar][],
        })),
      ),
    )
    .map(joined);
}

const MP = 'model_providers';

function providersIn(form: (typeof FORMS)[number], list: readonly Provider[]): fc.Arbitrary<Part> {
  const header = (path: string[], part: fc.Arbitrary<Part>) =>
    fc.tuple(keyText(path), part).map(
      ([name, { bares, model }]): Part => ({
        bares: [{ text: `[${name}]`, about: path }, ...bares],
        model,
      }),
    );
  const all = (part: (one: Provider) => fc.Arbitrary<Part>) => fc.tuple(...list.map(part)).map(joined);
  if (form === 'headers') return all((one) => header([MP, one.id], fieldsOf([MP, one.id], [MP], one)));
  if (form === 'dotted')
    return header(
      [MP],
      all((one) => fieldsOf([MP], [MP], one)),
    );
  if (form === 'top dotted') return all((one) => fieldsOf([], [MP], one));
  const inBraces = fc.tuple(
    ...list.map((one) => braces([MP, one.id], one.fields).map((inner) => ({ ...inner, id: one.id }))),
  );
  if (form === 'braces')
    return header(
      [MP],
      inBraces.map((tables) => ({
        bares: tables.map(({ id, text }) => ({ text: `"${id}" = ${text} # c`, about: [MP, id] })),
        model: tables.flatMap(({ model }) => model),
      })),
    );
  const [open, close] = form === 'top braces' ? ['{ ', ' }'] : ['{\n  ', ' # c\n}'];
  return inBraces.map((tables) => ({
    bares: [
      {
        text: `${MP} = ${open}${tables.map(({ id, text }) => `"${id}" = ${text}`).join(', ')}${close}`,
        about: [MP],
      },
    ],
    model: tables.flatMap(({ model }) => model),
  }));
}

const top: fc.Arbitrary<Part> = fc
  .uniqueArray(fc.constantFrom(...TOP))
  .chain((names) =>
    fc.tuple(
      ...names.map((name) =>
        assignment([], [name], anywhere).map(
          ({ bare, value }): Part => ({ bares: [bare], model: [[keyOf([name]), value]] }),
        ),
      ),
    ),
  )
  .map(joined);

/** What must come through untouched: arrays of tables, strings that look like headers, arrays over lines. */
const REST: Bare[][] = [
  [
    '[[projects]]',
    'model = "no"',
    '[projects.model_providers.lmdeploy]',
    'name = "no"',
    '[[projects]]',
    'model = 1',
  ],
  ['[notes]', 'text = """\n[model_providers.lmdeploy]\nname = "no"\n\nmodel = "no"\n"""'],
  ['[mcp_servers.fs]', 'args = [\n  "a", # c\n\n]', 'env = { A = "1" }'],
  ['[profiles.x]', 'tools.web_search = true'],
].map((lines) => lines.map((text) => ({ text, about: ['(rest)'] })));

const noise = fc.constantFrom<string[]>(
  [],
  [],
  [],
  [''],
  ['# c'],
  ['', '# model = "no"'],
  ['# c', ''],
  ['  '],
);

export const documents: fc.Arbitrary<Document> = fc
  .tuple(fc.option(fc.constantFrom(...FORMS)), providers)
  .chain(([form, list]) =>
    fc.tuple(
      fc.constant(form),
      top,
      form === null ? fc.constant<Part>({ bares: [], model: [] }) : providersIn(form, list),
      fc.subarray(REST),
      fc.boolean(),
    ),
  )
  .chain(([form, topPart, part, rest, early]) => {
    const isTop = form !== null && !['headers', 'dotted', 'braces'].includes(form);
    const ours = part.bares;
    const first = isTop ? (early ? [...ours, ...topPart.bares] : [...topPart.bares, ...ours]) : topPart.bares;
    const tables = isTop ? rest.flat() : early ? [...ours, ...rest.flat()] : [...rest.flat(), ...ours];
    const bares = [...first, ...tables];
    return fc
      .record({
        noise: fc.array(noise, { minLength: bares.length + 1, maxLength: bares.length + 1 }),
        indents: fc.array(fc.constantFrom('', '', '  ', '\t'), {
          minLength: bares.length,
          maxLength: bares.length,
        }),
        endings: fc.oneof(
          fc.constant<string[]>(['\n']),
          fc.constant<string[]>(['\r\n']),
          fc.array(fc.constantFrom('\n', '\r\n'), { minLength: 5, maxLength: 5 }),
        ),
        bom: fc.constantFrom('', '', '\uFEFF'),
        final: fc.boolean(),
      })
      .map((dress) => {
        const lines = linesOf(bares, dress);
        return {
          text: dress.bom + lines.map(({ text, ending }) => text + ending).join(''),
          lines,
          model: new Map([...topPart.model, ...part.model]),
        };
      });
  });

type Dress = { noise: string[][]; indents: string[]; endings: string[]; final: boolean };

function linesOf(bares: readonly Bare[], dress: Dress): Line[] {
  let section: readonly string[] = [];
  const free = (index: number): Bare[] =>
    (dress.noise[index] ?? []).map((text) => ({ text, about: section, isFree: true }));
  const dressed = bares.flatMap((bare, index): Bare[] => {
    const before = free(index);
    if (bare.text.startsWith('[')) section = bare.about;
    return [...before, { ...bare, text: (dress.indents[index] ?? '') + bare.text }];
  });
  const physical = [...dressed, ...free(bares.length)].flatMap(({ text, about, isFree = false }) =>
    text.split('\n').map((line) => ({ text: line, about, isFree })),
  );
  return physical.map((line, index) => ({
    ...line,
    ending:
      !dress.final && index === physical.length - 1
        ? ''
        : (dress.endings[index % dress.endings.length] ?? '\n'),
  }));
}
