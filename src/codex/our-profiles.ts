import { type CodexHome, catalogFile } from './home.js';
import { EMPTY_JOURNAL, type Journal, readJournal } from './journal.js';
import { SHARED_CATALOG } from './profile.js';

/** What `init` wrote into a profile. */
export interface OurProfile {
  /** null: it is not known. */
  readonly model: string | null;
  /** The model catalog, as the profile names it; null: none. */
  readonly catalog: string | null;
}

/** The profiles that `init` has written for a provider, by their names. Pure. */
export function ourProfiles(journal: Journal, providerId: string): Map<string, OurProfile> {
  const found = new Map<string, OurProfile>();
  for (const [file, { imprints }] of Object.entries(journal.files)) {
    const name = /^(.+)\.config\.toml$/.exec(file)?.[1];
    const keys = imprints.find(({ provider }) => provider === providerId)?.keys;
    if (name === undefined || keys === undefined) continue;
    const written = (key: string) => {
      const wrote = keys.find(({ path }) => path.length === 1 && path[0] === key)?.wrote;
      return wrote == null ? null : unquoted(wrote);
    };
    found.set(name, { model: written('model'), catalog: written('model_catalog_json') });
  }
  return found;
}

/** Their names in a home, in alphabetical order; none where the journal can't be read, which is another's to say. */
export async function profilesWritten(home: CodexHome, providerId: string): Promise<string[]> {
  const journal = await readJournal(home).catch(() => EMPTY_JOURNAL);
  return [...ourProfiles(journal, providerId).keys()].sort();
}

/** Those that use the one catalog of `init --all-models`, by their names. Pure. */
export function sharers(journal: Journal, providerId: string): Map<string, OurProfile> {
  const shared = catalogFile(SHARED_CATALOG);
  return new Map([...ourProfiles(journal, providerId)].filter(([, { catalog }]) => catalog === shared));
}

/** A basic string of TOML, as this program writes it, is one of JSON. */
function unquoted(raw: string): string | null {
  try {
    return String(JSON.parse(raw));
  } catch {
    return null;
  }
}
