import { createHash } from 'node:crypto';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startStandIn } from '../../src/stand-in/server.js';
import { cli } from '../cli.js';
import { folder, later } from '../hostile/ground.js';
import { treeOf } from '../tree.js';
import { SENTENCE } from './process.js';

const hash = (text: string) => createHash('sha256').update(text).digest('hex');

/** A home with a journal in it, and a file outside of it. */
async function homeWith(journal: (outside: string) => unknown) {
  const root = await folder();
  const [home, outside] = [join(root, 'home'), join(root, 'outside.toml')];
  await mkdir(join(home, 'codex-lmdeploy'), { recursive: true });
  await writeFile(outside, 'theirs = 1\n');
  await writeFile(join(home, 'config.toml'), '# mine\n');
  const text = journal(outside);
  await writeFile(
    join(home, 'codex-lmdeploy/journal.json'),
    typeof text === 'string' ? text : JSON.stringify(text),
  );
  return { root, home };
}

/** As if init had written a file: then `remove` puts another text there, or takes it away. */
const record = (base: string | null, left = 'theirs = 1\n') => ({
  base,
  left: hash(left),
  imprints: [{ provider: 'lmdeploy', keys: [{ path: ['theirs'], before: null, wrote: '1' }], tables: [] }],
});
/** As if a run had been killed: then every command that writes puts the old text back. */
const pendingAt = (name: string, more: object = {}) => ({
  schema: 1,
  files: {},
  pending: {
    startedAt: '2026-01-01',
    files: [
      {
        name,
        before: 'owned = true\n',
        after: 'theirs = 1\n',
        rights: { mode: 0o644 },
        fresh: null,
        spare: null,
        ...more,
      },
    ],
    records: {},
  },
});

const NAMES: Readonly<Record<string, (outside: string) => string>> = {
  '../outside.toml': () => '../outside.toml',
  'an absolute path': (outside) => outside,
  'a way through our own folder': () => 'codex-lmdeploy/../../outside.toml',
  'a file of Codex’s': () => 'auth.json',
  'a profile with a path in it': () => 'x/../../outside.config.toml',
  'a backup': () => 'codex-lmdeploy/backup/config.toml',
};

describe.concurrent('a journal that names', () => {
  test.each(Object.entries(NAMES))(
    '%s: nothing is written or deleted, by remove or by a recovery',
    async (_, name) => {
      for (const base of ['owned = true\n', null]) {
        const { root, home } = await homeWith((outside) => ({
          schema: 1,
          files: { [name(outside)]: record(base) },
          pending: null,
        }));
        const before = await treeOf(root);
        const ran = await cli(['remove', '--all', '--yes', '--no-verify'], { home });
        expect([ran.code, ran.stderr]).toEqual([2, expect.stringMatching(/journal\.json/)]);
        expect(await treeOf(root)).toEqual(before);
      }
      const { root, home } = await homeWith((outside) => pendingAt(name(outside)));
      const before = await treeOf(root);
      for (const args of [
        ['remove', '--yes'],
        ['init', '--offline', '--model', 'm', '--yes', '--no-verify'],
      ]) {
        const ran = await cli(args, { home });
        expect([ran.code, ran.stderr]).toEqual([2, expect.stringMatching(SENTENCE)]);
        expect(await treeOf(root)).toEqual(before);
      }
    },
  );

  test.each([
    '../../outside.toml',
    'config.toml',
    '.x.0123456789ab.tmp/../../outside.toml',
    '\u001b]0;owned\u0007',
  ])('the temporary file %j', async (name) => {
    const { root, home } = await homeWith(() =>
      pendingAt('config.toml', { after: '# mine\n', spare: name, fresh: name }),
    );
    const before = await treeOf(root);
    const ran = await cli(['init', '--offline', '--model', 'm', '--yes', '--no-verify'], { home });
    expect([ran.code, ran.stderr]).toEqual([2, expect.stringMatching(SENTENCE)]);
    expect(await treeOf(root)).toEqual(before);
  });

  test('texts of another folder, or of another journal', async () => {
    for (const texts of ['../../../outside.toml', `journal.${'0'.repeat(64)}.json`, '']) {
      const { root, home } = await homeWith(() => ({ schema: 1, files: {}, pending: null, texts }));
      const before = await treeOf(root);
      const ran = await cli(['remove', '--yes'], { home });
      expect([ran.code, ran.stderr]).toEqual([2, expect.stringMatching(/journal\.json/)]);
      expect(await treeOf(root)).toEqual(before);
    }
  });
});

test('the texts of the user’s files lie in backup/ alone, and come back from there', async () => {
  const home = await folder();
  const mine = '# sk-in-a-comment\nmodel = "sk-in-a-value"\n';
  await writeFile(join(home, 'config.toml'), mine);
  expect((await cli(['init', '--offline', '--model', 'm', '--yes'], { home })).code).toBe(0);
  expect(await readFile(join(home, 'codex-lmdeploy/journal.json'), 'utf8')).not.toContain('sk-in-a');
  expect((await cli(['remove', '--yes'], { home })).code).toBe(0);
  expect(await readFile(join(home, 'config.toml'), 'utf8')).toBe(mine);
});

test('a journal of the version before, with its texts within, is read', async () => {
  const { home } = await homeWith(() => ({
    schema: 1,
    files: { 'config.toml': record('was = 1\n', '# mine\n') },
    pending: null,
  }));
  expect((await cli(['remove', '--yes', '--no-verify'], { home })).code).toBe(0);
  expect(await readFile(join(home, 'config.toml'), 'utf8')).toBe('was = 1\n');
});

const POISON = '"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}';

describe('keys that poison objects', () => {
  test.each([
    ['a journal', `{"schema":1,"files":{},"pending":null,${POISON}}`],
    [
      'the files of a journal',
      `{"schema":1,"files":{"__proto__":${JSON.stringify(record('x'))}},"pending":null}`,
    ],
    [
      'an imprint',
      JSON.stringify({ schema: 1, files: { 'config.toml': record('x') }, pending: null }).replace(
        '"keys"',
        `${POISON},"keys"`,
      ),
    ],
  ])('in %s', async (_, text) => {
    const { root, home } = await homeWith(() => text);
    const before = await treeOf(root);
    const ran = await cli(['remove', '--all', '--yes', '--no-verify'], { home });
    // A key that is left out is as good as a journal that is refused.
    expect(ran.stderr).toMatch(/journal\.json|Nothing to remove/);
    expect(await treeOf(root)).toEqual(before);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  test('in a config, which stay as they are', async () => {
    const server = await startStandIn({ models: ['tiny'] });
    later(() => server.close());
    const home = await folder();
    const mine = `__proto__ = { polluted = true }\n[model_providers.__proto__]\npolluted = true\nname = "P"\nbase_url = "http://evil.invalid"\nwire_api = "chat"\n[constructor.prototype]\npolluted = true\n[features.__proto__]\ngoals = true\n[shell_environment_policy.__proto__]\nexclude = ["X"]\n`;
    await writeFile(join(home, 'config.toml'), mine);
    for (const args of [
      ['init', server.baseUrl, '--yes', '--json'],
      ['doctor', '--json'],
      ['models'],
      ['env'],
      ['print', 'profile', '--offline'],
      ['init', server.baseUrl, '--yes', '--provider-id', '__proto__'],
      ['init', server.baseUrl, '--yes', '--provider-id', 'constructor'],
      ['doctor', '--provider-id', '__proto__'],
      ['remove', '--provider-id', 'constructor', '--yes'],
      ['remove', '--provider-id', '__proto__', '--yes'],
      ['remove', '--all', '--yes', '--json'],
    ]) {
      const ran = await cli(args, { home });
      expect(ran.stderr, args.join(' ')).not.toContain('bug of codex-lmdeploy');
      expect(ran.stdout, args.join(' ')).not.toContain('evil.invalid is');
      expect([0, 1], `${args.join(' ')}: ${ran.stderr}`).toContain(ran.code);
      expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    }
    expect(await readFile(join(home, 'config.toml'), 'utf8')).toBe(mine);
  });

  test('in a catalog and in a model list', async () => {
    const server = await startStandIn({ models: ['__proto__', 'constructor'] });
    later(() => server.close());
    const home = await folder();
    await writeFile(
      join(home, 'models.json'),
      `{${POISON},"models":[{"slug":"__proto__",${POISON},"context_window":99999}]}`,
    );
    await writeFile(join(home, 'config.toml'), 'model_catalog_json = "models.json"\n');
    const init = await cli(['init', server.baseUrl, '--yes', '--model', '__proto__', '--json'], { home });
    expect([init.code, init.stderr]).toEqual([0, expect.any(String)]);
    expect(await readFile(join(home, 'config.toml'), 'utf8')).toContain('model = "__proto__"');
    const doctor = await cli(['doctor', '--json'], { home });
    expect(JSON.parse(doctor.stdout).checks.length).toBeGreaterThan(10);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

test('our own folder as a symlink to somebody else’s: root alone may try', async ({ skip }) => {
  if (process.getuid?.() !== 0) skip();
  const { lchown, chown } = await import('node:fs/promises');
  const root = await folder();
  const [home, victim] = [join(root, 'home'), join(root, 'victim')];
  await mkdir(home);
  await mkdir(victim);
  await writeFile(join(victim, 'config'), '');
  await chown(home, 65534, 65534);
  for (const [link, target] of [
    ['codex-lmdeploy', victim],
    ['config.toml', join(victim, 'config')],
  ] as const) {
    const path = join(home, link);
    await symlink(target, path);
    await lchown(path, 65534, 65534);
    const before = await treeOf(victim);
    const ran = await cli(['init', '--offline', '--model', 'm', '--yes'], { home });
    expect([ran.code, ran.stderr]).toEqual([
      2,
      expect.stringMatching(/is a symlink that another user has made/),
    ]);
    expect(await treeOf(victim)).toEqual(before);
    await (await import('node:fs/promises')).rm(path);
  }
});
