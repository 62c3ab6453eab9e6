import type { FileRecord, Imprint, MadeCatalog } from './journal.js';
import type { FilePlan, FileSeen } from './plan.js';
import { isAsLeft, sealed } from './record.js';

/**
 * The catalog file after `init`: the text that was made, in place of whatever is there, for the file is ours. Pure.
 *
 * @param seen the file as it is, with what the journal knows of it
 */
export function planCatalog(seen: FileSeen, provider: string, catalog: MadeCatalog): FilePlan {
  const { path, text: before, record } = seen;
  const action = before === null ? 'create' : before === catalog.text ? 'unchanged' : 'update';
  const others = (record?.imprints ?? []).filter((one) => one.provider !== provider);
  const imprints: Imprint[] = [...others, { provider, keys: [], tables: [], catalog }];
  const next = sealed(null, catalog.text, imprints).record;
  const isChange = action !== 'unchanged' || JSON.stringify(next) !== JSON.stringify(record);
  return {
    kind: 'catalog',
    path,
    action,
    isChange,
    before,
    after: catalog.text,
    record: isChange ? next : record,
  };
}

/**
 * The catalog file without these providers: the text of the last that is left, or no file. One that somebody has edited
 * since stays as it is. Pure.
 */
export function planCatalogRemoval(
  { path, text: before, record }: FileSeen,
  providers: readonly string[],
): FilePlan & { readonly isEdited: boolean } {
  const left = (record?.imprints ?? []).filter(({ provider }) => !providers.includes(provider));
  const isEdited = record !== null && before !== null && !isAsLeft(before, record);
  const text = left.at(-1)?.catalog?.text ?? null;
  const after = isEdited || record === null ? before : text;
  const next: FileRecord | null = after === null ? null : sealed(null, after, left).record;
  const action = after === before ? 'unchanged' : after === null ? 'delete' : 'update';
  const isChange = action !== 'unchanged' || left.length !== (record?.imprints.length ?? 0);
  return { kind: 'catalog', path, action, isChange, before, after, record: next, isEdited };
}
