import { type CatalogEntry, catalogText } from '../codex/catalog.js';
import type { MadeCatalog } from '../codex/journal.js';

/** One catalog with the entries of several, of each model the first; null where there are none. Pure. */
export function mergeCatalogs(catalogs: readonly MadeCatalog[]): MadeCatalog | null {
  const [first] = catalogs;
  if (first === undefined) return null;
  const entries = new Map<string, CatalogEntry>();
  for (const { text } of catalogs)
    for (const entry of (JSON.parse(text) as { models: CatalogEntry[] }).models)
      if (!entries.has(entry.slug)) entries.set(entry.slug, entry);
  return { ...first, text: catalogText([...entries.values()]) };
}
