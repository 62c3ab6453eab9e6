import { chmod, lstat, mkdir, readdir, readFile, realpath, stat, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect } from 'vitest';
import { codexHome } from '../../src/codex/home.js';
import { type Journal, readJournal } from '../../src/codex/journal.js';
import { isTemporary } from '../../src/codex/replace.js';
import { context } from '../cli.js';

const LIVED_IN = `\uFEFF# mine, Größe\r\nmodel = "gpt-5" # cheap\r\n\r\n[mcp_servers.t]\r\ncommand = "echo"\r\n`;
/** Many a page, so that a kill may meet a write half done; in one line, which is parsed fast. */
const LARGE = `${LIVED_IN}# ${'-'.repeat(60_000)}\r\n`;

/** The files of a home that Codex reads; the last two are profiles of `init --all-models`. */
const FILES = ['config.toml', 'lmdeploy.config.toml', 'first.config.toml', 'second.config.toml'] as const;

/** Homes of every kind, by what is in them. */
export const KINDS: Record<string, (home: string) => Promise<unknown>> = {
  async 'lived in'(home) {
    await writeFile(join(home, FILES[0]), LIVED_IN);
    await chmod(join(home, FILES[0]), 0o640);
  },
  empty: async () => undefined,
  async linked(home) {
    await mkdir(`${home}-dotfiles`);
    await writeFile(join(`${home}-dotfiles`, 'codex.toml'), LIVED_IN, { mode: 0o644 });
    await symlink(`../${basename(home)}-dotfiles/codex.toml`, join(home, FILES[0]));
  },
  large: (home) => writeFile(join(home, FILES[0]), LARGE, { mode: 0o600 }),
  async both(home) {
    await writeFile(join(home, FILES[0]), '[model_providers.other]\nname = "mine"\n', { mode: 0o600 });
    await writeFile(join(home, FILES[1]), LIVED_IN, { mode: 0o604 });
  },
};

/** A file's text and mode; null: there is none. */
type FileState = { readonly text: string; readonly mode: number } | null;

/** What is in a home between two commands. */
export interface HomeState {
  readonly files: readonly FileState[];
  readonly journal: Journal;
}

async function filesIn(home: string): Promise<FileState[]> {
  return Promise.all(
    FILES.map(async (name) => {
      const path = join(home, name);
      const info = await stat(path).catch(() => null);
      return info && { text: await readFile(path, 'utf8'), mode: info.mode & 0o7777 };
    }),
  );
}

export function journalIn(home: string): Promise<Journal> {
  return readJournal(codexHome(context({ home }).context, { codexHome: home }));
}

export async function stateOf(home: string): Promise<HomeState> {
  return { files: await filesIn(home), journal: await journalIn(home) };
}

/** Nothing is left of the work itself: no temporary file, no lock, nothing pending. */
export async function expectTidy(home: string, { besideCodex = false } = {}): Promise<void> {
  const expected = new Set<string>([...FILES, 'codex-lmdeploy']);
  const others = (await readdir(home)).filter((name) => !expected.has(name));
  // Codex leaves files of its own in its home.
  expect(besideCodex ? others.filter(isTemporary) : others).toEqual([]);
  const own = await readdir(join(home, 'codex-lmdeploy')).catch(() => []);
  expect(own.filter((name) => !['backup', 'journal.json'].includes(name))).toEqual([]);
  const copies = await readdir(join(home, 'codex-lmdeploy/backup')).catch(() => []);
  expect(copies.filter((name) => name.startsWith('.'))).toEqual([]);
  expect((await journalIn(home)).pending).toBeNull();
  const config = join(home, FILES[0]);
  if (!(await lstat(config).catch(() => null))?.isSymbolicLink()) return;
  expect(await readdir(join(await realpath(config), '..'))).toHaveLength(1);
}

/**
 * What a kill may leave: each file old or new, and without a journal's word of an unfinished run, all of them alike.
 *
 * @returns whether there is that word
 */
export async function expectOldOrNew(home: string, before: HomeState, after: HomeState): Promise<boolean> {
  const [files, { pending }] = [await filesIn(home), await journalIn(home)];
  files.forEach((file, index) => {
    expect([before.files[index], after.files[index]]).toContainEqual(file);
  });
  // Between two transactions it is all of them or none.
  if (pending === null) expect([before.files, after.files]).toContainEqual(files);
  return pending !== null;
}
