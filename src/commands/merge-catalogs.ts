import { type CatalogEntry, catalogText } from '../codex/catalog.js';
import type { MadeCatalog } from '../codex/journal.js';

/**
 * One catalog for several profiles, null where there are no entries. Each catalog was measured for its first model, so that
 * entry counts before what another one says of the same model. Pure.
 *
 * @param made the catalog of each profile, its own model first
 * @param before the catalog that is there already, with what it was made of
 * @param stays the models of other profiles that go by the one that is there
 */
export function mergeCatalogs(
  made: readonly MadeCatalog[],
  before: { readonly text: string | null; readonly made: MadeCatalog | undefined },
  stays: ReadonlySet<string>,
): MadeCatalog | null {
  const catalogs = made.map(({ text }) => entriesOf(text));
  const left = before.text === null ? [] : entriesOf(before.text).filter(({ slug }) => stays.has(slug));
  const entries = new Map<string, CatalogEntry>();
  for (const entry of [...catalogs.flatMap((one) => one.slice(0, 1)), ...catalogs.flat(), ...left])
    if (!entries.has(entry.slug)) entries.set(entry.slug, entry);
  const by = made[0] ?? before.made;
  if (entries.size === 0 || by === undefined) return null;
  // The order in which Codex lists them.
  return {
    ...by,
    text: catalogText([...entries.values()].map((entry, priority) => ({ ...entry, priority }))),
  };
}

/** Empty for a file that somebody has made something else of. */
function entriesOf(text: string): CatalogEntry[] {
  try {
    return (JSON.parse(text) as { models: CatalogEntry[] }).models.filter(
      ({ slug }) => typeof slug === 'string',
    );
  } catch {
    return [];
  }
}
