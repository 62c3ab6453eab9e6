import { createHash } from 'node:crypto';
import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { backupFolder } from './backup.js';
import type { CodexHome } from './home.js';
import { readRegularText } from './regular-file.js';
import { makeFolder, replaceFile } from './replace.js';

// What stands in the user's files may hold their keys. Byte copies of those files lie in `backup/` and nowhere else: so
// the journal names its texts by their number in a file there.

/** The fields of a journal that hold text of the user's files. */
const OF_THE_USER = ['base', 'before', 'after'];

const reference = z.strictObject({ text: z.int().min(0) });
const named = z.looseObject({ texts: z.string().regex(/^journal\.[0-9a-f]{64}\.json$/) });
const contents = z.array(z.string());

/** The texts of one journal, and the name of their file. */
export interface JournalTexts {
  readonly name: string;
  readonly json: string;
}

/** Thrown where the file of a journal's texts is not there, or is another one's. */
export class NoTexts extends Error {}

/** A journal as it is stored. Pure. */
export function withoutTexts(journal: object): { stored: object; texts: JournalTexts | null } {
  const found: string[] = [];
  const numberOf = (text: string) => {
    const number = found.indexOf(text);
    return number === -1 ? found.push(text) - 1 : number;
  };
  const stored = JSON.parse(
    JSON.stringify(journal, (field, value) =>
      OF_THE_USER.includes(field) && typeof value === 'string' ? { text: numberOf(value) } : value,
    ),
  ) as object;
  if (found.length === 0) return { stored, texts: null };
  const json = JSON.stringify(found);
  const name = `journal.${hash(json)}.json`;
  return { stored: { ...stored, texts: name }, texts: { name, json } };
}

/**
 * The journal of what is stored; one of an earlier version has its texts within.
 *
 * @throws NoTexts; ZodError for what is no reference to a text
 */
export async function withTexts(home: CodexHome, stored: unknown): Promise<unknown> {
  if (typeof stored !== 'object' || stored === null || !('texts' in stored)) return stored;
  const { texts: name, ...journal } = named.parse(stored);
  const json = await readRegularText(join(backupFolder(home), name)).catch(() => null);
  if (json === null || name !== `journal.${hash(json)}.json`)
    throw new NoTexts(`${join(backupFolder(home), name)} is missing or was changed`);
  const texts = contents.parse(JSON.parse(json));
  return JSON.parse(JSON.stringify(journal), (field, value) => {
    if (!OF_THE_USER.includes(field) || value === null || typeof value === 'string') return value;
    const text = texts[reference.parse(value).text];
    if (text === undefined) throw new NoTexts(`${name} has too few texts`);
    return text;
  });
}

/**
 * Writes the texts, only for their owner to read.
 *
 * @returns what takes them away again, where they were not there before
 */
export async function keepTexts(home: CodexHome, { name, json }: JournalTexts): Promise<() => Promise<void>> {
  const folder = backupFolder(home);
  makeFolder(folder);
  const path = join(folder, name);
  const isThere = (await lstat(path).catch(() => null))?.isFile() ?? false;
  if (isThere && (await readRegularText(path)) === json) return async () => undefined;
  await replaceFile(path, json, { mode: 0o600 });
  return () => rm(path, { force: true });
}

/** Takes away the texts of every journal but this one. */
export async function dropTexts(home: CodexHome, keep: string | null): Promise<void> {
  const folder = backupFolder(home);
  const names = await readdir(folder).catch(() => []);
  for (const name of names)
    if (/^journal\.[0-9a-f]{64}\.json$/.test(name) && name !== keep)
      await rm(join(folder, name), { force: true }).catch(() => undefined);
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
