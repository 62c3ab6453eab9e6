import { createHash } from 'node:crypto';
import { imprintOf, type Kept, type KeyPath, lift } from './imprint.js';
import type { Bridged, FileRecord, Imprint } from './journal.js';

/** A file's text (null: no file) and what the journal knows of it. */
export interface Remembered {
  readonly text: string | null;
  readonly record: FileRecord | null;
}

/** The same without one provider's imprint. */
export interface Withdrawn extends Remembered {
  readonly kept: readonly Kept[];
}

/**
 * A file as if one provider had never been written to it: to the byte where the file is as we left it, else key by key.
 * Pure.
 *
 * @param standAlone as in `lift`
 * @throws EditRefused where the file spells a key in a way that can't be undone safely
 */
export function withdraw({ text, record }: Remembered, provider: string, standAlone = false): Withdrawn {
  if (text === null) return { text, record: null, kept: [] };
  if (!record?.imprints.some((one) => one.provider === provider)) return { text, record, kept: [] };
  const lifted = lift(text, record.imprints, provider, standAlone);
  const base = isAsLeft(text, record) ? record.base : bare(lifted.text, lifted.imprints, record);
  if (lifted.imprints.length === 0) return { text: base, record: null, kept: lifted.kept };
  return { ...sealed(base, lifted.text, lifted.imprints), kept: lifted.kept };
}

/** What to remember of a file after `init` has turned `seen` into `after`, touching `paths`, with a bridge or none. Pure. */
export function remember(
  seen: Remembered,
  provider: string,
  after: string,
  paths: readonly KeyPath[],
  bridge: Bridged | null = null,
): FileRecord | null {
  const before = withdraw(seen, provider);
  const earlier = seen.record?.imprints.find((one) => one.provider === provider)?.keys ?? [];
  const all = [...paths, ...earlier.map(({ path }): KeyPath => path)];
  const unique = [...new Map(all.map((path) => [JSON.stringify(path), path])).values()];
  const others =
    before.record?.imprints.flatMap(({ keys }) => keys.map(({ path }) => JSON.stringify(path))) ?? [];
  const imprint = imprintOf(provider, before.text ?? '', after, unique, (path) =>
    others.includes(JSON.stringify(path)),
  );
  const mine = { ...imprint, ...(bridge !== null && { bridge }) };
  const imprints = [...(before.record?.imprints ?? []), ...(imprint.keys.length > 0 ? [mine] : [])];
  const base = baseOf(seen);
  return sealed(base, after, imprints).record;
}

function baseOf({ text, record }: Remembered): string | null {
  if (text === null || record === null) return text;
  return isAsLeft(text, record) ? record.base : bare(text, record.imprints, record);
}

/** Whether a file is byte for byte as we left it. */
export function isAsLeft(text: string, record: FileRecord): boolean {
  return hash(text) === record.left;
}

/** The text without any of these imprints; null where that leaves nothing of a file that we made. */
function bare(text: string, imprints: readonly Imprint[], record: FileRecord): string | null {
  let rest = { text, imprints };
  for (const { provider } of [...imprints].reverse()) rest = lift(rest.text, rest.imprints, provider, false);
  return record.base === null && rest.text.trim() === '' ? null : rest.text;
}

/** A text with its imprints, and what to remember of it. Pure. */
export function sealed(
  base: string | null,
  text: string,
  imprints: readonly Imprint[],
): { text: string; record: FileRecord | null } {
  const record = imprints.length === 0 ? null : { base, left: hash(text), imprints: [...imprints] };
  return { text, record };
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
