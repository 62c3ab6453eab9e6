import { expect, test } from 'vitest';
import { type Edit, edit } from '../../src/toml/edit.js';
import { undoOf } from './undo.js';

type Case = [name: string, edits: Edit[], before: string, after: string];

const MODEL: Edit = { path: ['model'], set: 'qwen' };
const PROVIDER: Edit = { path: ['model_provider'], set: 'lmdeploy' };
const NAME: Edit = { path: ['model_providers', 'lmdeploy', 'name'], set: 'LMDeploy' };
const URL: Edit = { path: ['model_providers', 'lmdeploy', 'base_url'], set: 'http://h/v1' };
const HEADER: Edit = { path: ['model_providers', 'lmdeploy', 'http_headers', 'X-A'], set: 'b' };

const top: Case[] = [
  ['in an empty file', [MODEL, PROVIDER], ``, `model = "qwen"\nmodel_provider = "lmdeploy"\n`],
  ['in a file that is only a BOM', [MODEL], `\uFEFF`, `\uFEFFmodel = "qwen"\n`],
  ['in a file of blank lines', [MODEL], `\n\n`, `model = "qwen"\n\n\n`],
  [
    'after the last top-level key, in the order given',
    [PROVIDER, MODEL],
    `a = 1 # c\n\n# on b\n  b = 2 # d\n\n# on t\n[t]\nc = 3\n`,
    `a = 1 # c\n\n# on b\n  b = 2 # d\n  model_provider = "lmdeploy"\n  model = "qwen"\n\n# on t\n[t]\nc = 3\n`,
  ],
  [
    'after a last key that spans lines',
    [MODEL],
    `a = """\n[x]\n"""\n[t]\n`,
    `a = """\n[x]\n"""\nmodel = "qwen"\n[t]\n`,
  ],
  ['after a last key without a newline', [MODEL], `a = 1`, `a = 1\nmodel = "qwen"`],
  ['after a last key with CRLF', [MODEL], `a = 1\r\n[t]\r\n`, `a = 1\r\nmodel = "qwen"\r\n[t]\r\n`],
  [
    'in a mixed file, as the neighbour',
    [MODEL],
    `x = 0\na = 1\r\n[t]\n`,
    `x = 0\na = 1\r\nmodel = "qwen"\r\n[t]\n`,
  ],
  ['without a newline in CRLF', [MODEL], `x = 0\r\na = 1`, `x = 0\r\na = 1\r\nmodel = "qwen"`],
  ['above the first header', [MODEL], `[t]\na = 1\n`, `model = "qwen"\n\n[t]\na = 1\n`],
  [
    'above the comments on the first header',
    [MODEL, PROVIDER],
    `# the file\n\n# on t\n# and more\n[t]\na = 1\n`,
    `# the file\n\nmodel = "qwen"\nmodel_provider = "lmdeploy"\n\n# on t\n# and more\n[t]\na = 1\n`,
  ],
  ['above an array of tables', [MODEL], `# on p\r\n[[p]]\r\n`, `model = "qwen"\r\n\r\n# on p\r\n[[p]]\r\n`],
  ['after a leading comment', [MODEL], `# the file\n# still\n`, `# the file\n# still\n\nmodel = "qwen"\n`],
  ['after a comment without a newline', [MODEL], `# the file`, `# the file\n\nmodel = "qwen"`],
  ['between comment blocks', [MODEL], `\n# one\n\n# two\n`, `\n# one\n\nmodel = "qwen"\n\n# two\n`],
  [
    'apart where the others are',
    [MODEL, PROVIDER],
    `a = 1\n\n# on b\nb = 2\n\n  c = 3\n\n[t]\n`,
    `a = 1\n\n# on b\nb = 2\n\n  c = 3\n\n  model = "qwen"\n\n  model_provider = "lmdeploy"\n\n[t]\n`,
  ],
  ['apart at the end', [MODEL], `a = 1\n\nb = 2\n\nc = 3`, `a = 1\n\nb = 2\n\nc = 3\n\nmodel = "qwen"`],
  [
    'close to the others where not all are apart',
    [MODEL],
    `a = 1\n\nb = 2\nc = 3\n\n[t]\n`,
    `a = 1\n\nb = 2\nc = 3\nmodel = "qwen"\n\n[t]\n`,
  ],
  ['behind a BOM', [MODEL], `\uFEFF# on t\n[t]\n`, `\uFEFFmodel = "qwen"\n\n# on t\n[t]\n`],
];

const inTables: Case[] = [
  [
    'after the last key of its table',
    [URL],
    `[model_providers.lmdeploy]\n\tname = "x" # c\n\n# on t\n[t]\n`,
    `[model_providers.lmdeploy]\n\tname = "x" # c\n\tbase_url = "http://h/v1"\n\n# on t\n[t]\n`,
  ],
  [
    'in a table without keys',
    [URL],
    `[t]\n  [model_providers."lmdeploy"] # c\n# free\n`,
    `[t]\n  [model_providers."lmdeploy"] # c\n  base_url = "http://h/v1"\n# free\n`,
  ],
  [
    'in a table that ends the file without a newline',
    [NAME, URL],
    `[model_providers.lmdeploy]`,
    `[model_providers.lmdeploy]\nname = "LMDeploy"\nbase_url = "http://h/v1"`,
  ],
  [
    'in a table that precedes its sub-tables',
    [URL],
    `[model_providers.lmdeploy]\nname = "x"\n[model_providers.lmdeploy.http_headers]\na = "b"\n`,
    `[model_providers.lmdeploy]\nname = "x"\nbase_url = "http://h/v1"\n[model_providers.lmdeploy.http_headers]\na = "b"\n`,
  ],
  [
    'as a dotted key at the top',
    [URL],
    `model_providers . "lmdeploy".name = "x"\nz = 1\n[t]\n`,
    `model_providers . "lmdeploy".name = "x"\nmodel_providers . "lmdeploy".base_url = "http://h/v1"\nz = 1\n[t]\n`,
  ],
  [
    'as a dotted key in a table',
    [URL],
    `[model_providers]\n  lmdeploy.name = "x"\n  other.name = "y"\n`,
    `[model_providers]\n  lmdeploy.name = "x"\n  lmdeploy.base_url = "http://h/v1"\n  other.name = "y"\n`,
  ],
  [
    'a new provider beside one in dotted keys',
    [NAME, URL],
    `model_providers.o.name = "x"\nz = 1\n`,
    `model_providers.o.name = "x"\nmodel_providers.lmdeploy.name = "LMDeploy"\nmodel_providers.lmdeploy.base_url = "http://h/v1"\nz = 1\n`,
  ],
  [
    'a sub-table where the table is in dotted keys',
    [HEADER],
    `[model_providers]\nlmdeploy.name = "x"\n`,
    `[model_providers]\nlmdeploy.name = "x"\nlmdeploy.http_headers.X-A = "b"\n`,
  ],
  [
    'in a dotted table that has a sub-table of its own',
    [URL],
    `model_providers.lmdeploy.name = "x"\n[model_providers.lmdeploy.http_headers]\n`,
    `model_providers.lmdeploy.name = "x"\nmodel_providers.lmdeploy.base_url = "http://h/v1"\n[model_providers.lmdeploy.http_headers]\n`,
  ],
];

const inline: Case[] = [
  [
    'behind the last entry',
    [URL],
    `model_providers.lmdeploy = { name = "x" } # c\n`,
    `model_providers.lmdeploy = { name = "x", base_url = "http://h/v1" } # c\n`,
  ],
  [
    'before a trailing comma',
    [URL],
    `model_providers.lmdeploy = { name = "x", }\n`,
    `model_providers.lmdeploy = { name = "x", base_url = "http://h/v1", }\n`,
  ],
  [
    'in an empty one',
    [URL],
    `model_providers.lmdeploy = {}\n`,
    `model_providers.lmdeploy = {base_url = "http://h/v1"}\n`,
  ],
  [
    'in an empty one with blanks',
    [URL],
    `model_providers.lmdeploy = {  }\n`,
    `model_providers.lmdeploy = { base_url = "http://h/v1" }\n`,
  ],
  [
    'a new provider beside one in braces',
    [NAME, HEADER, URL],
    `model_providers = { o = { name = "x" } }\n`,
    `model_providers = { o = { name = "x" }, lmdeploy = { name = "LMDeploy", http_headers = { X-A = "b" }, base_url = "http://h/v1" } }\n`,
  ],
  [
    'dotted keys in braces',
    [NAME, HEADER],
    `model_providers = { lmdeploy.wire_api = "x", o.name = "y" }\n`,
    `model_providers = { lmdeploy.wire_api = "x", o.name = "y", lmdeploy.name = "LMDeploy", lmdeploy.http_headers = { X-A = "b" } }\n`,
  ],
  [
    'one line within several',
    [URL],
    `model_providers = {\n  lmdeploy = { name = "x" }, # c\n}\n`,
    `model_providers = {\n  lmdeploy = { name = "x", base_url = "http://h/v1" }, # c\n}\n`,
  ],
];

const newTables: Case[] = [
  [
    'in an empty file',
    [NAME, URL],
    ``,
    `[model_providers.lmdeploy]\nname = "LMDeploy"\nbase_url = "http://h/v1"\n`,
  ],
  [
    'all of it in an empty file',
    [MODEL, NAME, PROVIDER, HEADER, URL],
    ``,
    `model = "qwen"\nmodel_provider = "lmdeploy"\n\n[model_providers.lmdeploy]\nname = "LMDeploy"\nbase_url = "http://h/v1"\n\n[model_providers.lmdeploy.http_headers]\nX-A = "b"\n`,
  ],
  [
    'at the end',
    [NAME],
    `[t]\na = 1\n# end\n`,
    `[t]\na = 1\n# end\n\n[model_providers.lmdeploy]\nname = "LMDeploy"\n`,
  ],
  ['at the end without a newline', [NAME], `a = 1`, `a = 1\n\n[model_providers.lmdeploy]\nname = "LMDeploy"`],
  [
    'at the end with CRLF',
    [NAME],
    `a = 1\r\n`,
    `a = 1\r\n\r\n[model_providers.lmdeploy]\r\nname = "LMDeploy"\r\n`,
  ],
  [
    'before blank lines that end the file',
    [NAME],
    `a = 1\n\n\n`,
    `a = 1\n\n[model_providers.lmdeploy]\nname = "LMDeploy"\n\n\n`,
  ],
  [
    'behind its parent, without a blank line where the file has none',
    [NAME],
    `[model_providers]\no = { name = "x" }\n[t]\n`,
    `[model_providers]\no = { name = "x" }\n[model_providers.lmdeploy]\nname = "LMDeploy"\n[t]\n`,
  ],
  [
    'behind the sub-tables of the last beside it',
    [NAME, HEADER],
    `[model_providers.a]\n[b]\n[model_providers.o]\nname = "x" # c\n\n[model_providers.o.http_headers]\na = "b"\n\n\n[t]\n`,
    `[model_providers.a]\n[b]\n[model_providers.o]\nname = "x" # c\n\n[model_providers.o.http_headers]\na = "b"\n\n[model_providers.lmdeploy]\nname = "LMDeploy"\n\n[model_providers.lmdeploy.http_headers]\nX-A = "b"\n\n\n[t]\n`,
  ],
  [
    'between the comments of the one before and those of the one behind',
    [NAME],
    `[model_providers.o]\r\nname = "x"\r\n# a = 1\r\n\r\n# b = 1\r\n\t\r\n# on t\r\n# and more\r\n[[t]]\r\n`,
    `[model_providers.o]\r\nname = "x"\r\n# a = 1\r\n\r\n# b = 1\r\n\r\n[model_providers.lmdeploy]\r\nname = "LMDeploy"\r\n\t\r\n# on t\r\n# and more\r\n[[t]]\r\n`,
  ],
  [
    'never in a string that looks like comments',
    [NAME],
    `[model_providers.o]\nname = """\n\n# c"""\n# on t\n[t]\n`,
    `[model_providers.o]\nname = """\n\n# c"""\n[model_providers.lmdeploy]\nname = "LMDeploy"\n# on t\n[t]\n`,
  ],
  [
    'as a sub-table behind its table',
    [HEADER],
    `[model_providers.lmdeploy]\nname = "x"\n\n[model_providers.o]\nname = "y"\n\n[t]\n`,
    `[model_providers.lmdeploy]\nname = "x"\n\n[model_providers.lmdeploy.http_headers]\nX-A = "b"\n\n[model_providers.o]\nname = "y"\n\n[t]\n`,
  ],
  [
    'two in different places',
    [NAME, { path: ['profiles', 'x', 'model'], set: 'm' }, { path: ['u', 'v'], set: 1 }],
    `[profiles.a]\n\n[model_providers.o]\n\n[t]`,
    `[profiles.a]\n\n[profiles.x]\nmodel = "m"\n\n[model_providers.o]\n\n[model_providers.lmdeploy]\nname = "LMDeploy"\n\n[t]\n\n[u]\nv = 1`,
  ],
  [
    'also where only sub-tables exist',
    [NAME],
    `[model_providers.lmdeploy.http_headers]\na = "b"\n`,
    `[model_providers.lmdeploy.http_headers]\na = "b"\n\n[model_providers.lmdeploy]\nname = "LMDeploy"\n`,
  ],
  [
    'with a name that needs quotes',
    [{ path: ['profiles', 'a b.c', ''], set: 1 }],
    `x = 1\n`,
    `x = 1\n\n[profiles."a b.c"]\n"" = 1\n`,
  ],
];

test.each([...top, ...inTables, ...inline, ...newTables])('inserts %s', (_, edits, before, after) => {
  expect(edit(before, edits)).toBe(after);
  expect(edit(after, edits)).toBe(after);
});

// A `[header]` that stands below its own sub-tables can't be told from the user's.
const noWayBack = ['also where only sub-tables exist'];

test.each([...top, ...inTables, ...inline, ...newTables].filter(([name]) => !noWayBack.includes(name)))(
  'takes out again what it put %s',
  (_, edits, before, after) => {
    expect(edit(after, undoOf(before, edits))).toBe(before);
  },
);
