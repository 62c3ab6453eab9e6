import { join } from 'node:path';
import { z } from 'zod';
import { CliError } from '../errors.js';
import { quoted } from '../ui/shell-word.js';
import type { CodexHome } from './home.js';
import { dropTexts, keepTexts, NoTexts, withoutTexts, withTexts } from './journal-texts.js';
import { NotReadable, readRegularText } from './regular-file.js';
import { absent, isTemporary, put, stage, take, temporaryBeside } from './replace.js';

const READ_ATTEMPTS = 3;

const keyPath = z.tuple([z.string()], z.string());

/** A file that this tool writes, as a name in the home: a journal that names any other was not written by it. */
const fileName = z
  .string()
  .regex(/^([\w-]{1,64}\.)?config\.toml$|^codex-lmdeploy\/([\w-]{1,64}\.)?catalog\.json$/);
const temporaryName = z.string().refine(isTemporary);

/** A model catalog as one provider's `init` made it: the whole text, and what it was made by and of. */
const madeCatalog = z.strictObject({
  text: z.string(),
  tool: z.string(),
  codex: z.string(),
  prompt: z.enum(['codex', 'compact']),
  /** SHA-256 of the prompt in it. */
  promptHash: z.string(),
});
export type MadeCatalog = z.infer<typeof madeCatalog>;

const root = z.url({ protocol: /^https?$/ }).refine((text) => !/[\u0000-\u001f@]/.test(text));

/** A bridge that a config leads to, and the server behind it, which the config no longer names: two `/v1` roots. */
const bridged = z.strictObject({ address: root, server: root });
export type Bridged = z.infer<typeof bridged>;

/** What one provider's `init` wrote into a file, key by key, as raw TOML; null: no such key. */
const imprint = z.strictObject({
  provider: z.string().regex(/^[\w-]{1,64}$/),
  keys: z.array(
    z.strictObject({ path: keyPath, before: z.string().nullable(), wrote: z.string().nullable() }),
  ),
  /** Tables that were not there before. */
  tables: z.array(keyPath),
  /** Where the file is a model catalog, which is ours as a whole. */
  catalog: madeCatalog.optional(),
  /** Where `base_url` is a bridge's. */
  bridge: bridged.optional(),
});
export type Imprint = z.infer<typeof imprint>;

/** A file that carries imprints, the latest last. */
const fileRecord = z.strictObject({
  /** The whole text without any imprint; null: there was no file. */
  base: z.string().nullable(),
  /** SHA-256 of the text as we left it: while it holds, `base` is what to put back. */
  left: z.string(),
  imprints: z.array(imprint).min(1),
});
export type FileRecord = z.infer<typeof fileRecord>;

const records = z.record(fileName, fileRecord);

/** A run that has begun to write. Whoever finds one under the lock puts its files back. */
const pending = z.strictObject({
  startedAt: z.string().regex(/^[\dTZ:.-]+$/),
  files: z.array(
    z.strictObject({
      name: fileName,
      before: z.string().nullable(),
      after: z.string().nullable(),
      /** Of the file as it was; a new one's own. */
      rights: z.strictObject({ mode: z.number(), uid: z.number().optional(), gid: z.number().optional() }),
      /** Files beside the target that it may have left: with the new text, and with the old one. */
      fresh: temporaryName.nullable(),
      spare: temporaryName.nullable(),
    }),
  ),
  /** The records as they would be after it. */
  records,
});
export type Pending = z.infer<typeof pending>;

const journal = z.strictObject({ schema: z.literal(1), files: records, pending: pending.nullable() });

/** What this tool remembers of its writes in one home, by the names of the files in it. */
export type Journal = z.infer<typeof journal>;

export const EMPTY_JOURNAL: Journal = { schema: 1, files: {}, pending: null };

/**
 * The journal of a home; an empty one where none was written.
 *
 * @throws CliError `journal-unreadable`
 */
export async function readJournal(home: CodexHome): Promise<Journal> {
  const path = journalPath(home);
  try {
    const stored = await readStored(home, path);
    return stored === null ? EMPTY_JOURNAL : journal.parse(stored);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = error instanceof NotReadable ? `it ${error.message}` : 'it is not as this version writes it';
    throw new CliError(
      'journal-unreadable',
      `${path}, which says what to put back, can't be read (${code ?? why}).`,
      code === undefined
        ? `mv ${quoted(path)} ${quoted(`${path}.old`)}   # to go on without it (the backups beside it stay); a newer codex-lmdeploy may read it`
        : `ls -ld ${quoted(home.path)} ${quoted(path)}   # the rights there`,
    );
  }
}

/** Writes the journal, only for its owner to read. One with nothing in it goes. */
export async function writeJournal(home: CodexHome, content: Journal): Promise<void> {
  const replace = await stageJournal(home, content);
  await replace();
}

/**
 * Writes the journal's next words beside it.
 *
 * @returns what puts them in its place; that needs no space
 */
export async function stageJournal(home: CodexHome, content: Journal): Promise<() => Promise<void>> {
  const path = journalPath(home);
  const isEmpty = Object.keys(content.files).length === 0 && content.pending === null;
  const { stored, texts } = withoutTexts(content);
  const forget = isEmpty || texts === null ? null : await keepTexts(home, texts);
  const temporary = temporaryBeside(path);
  if (!isEmpty)
    await stage(temporary, `${JSON.stringify(stored)}\n`, { mode: 0o600 }).catch(async (error: unknown) => {
      await forget?.();
      throw error;
    });
  return async () => {
    await (isEmpty ? take(path) : put(temporary, path));
    await dropTexts(home, isEmpty ? null : (texts?.name ?? null));
  };
}

/** A reader without the lock may come between a journal and its texts, which are another journal's then. */
async function readStored(home: CodexHome, path: string): Promise<unknown> {
  for (let attempt = 1; ; attempt += 1) {
    const text = await readRegularText(path).catch(absent);
    if (text === null) return null;
    try {
      return await withTexts(home, JSON.parse(text));
    } catch (error) {
      if (!(error instanceof NoTexts) || attempt === READ_ATTEMPTS) throw error;
    }
  }
}

function journalPath(home: CodexHome): string {
  return join(home.ownFolder, 'journal.json');
}
