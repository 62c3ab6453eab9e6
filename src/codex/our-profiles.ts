import type { Journal } from './journal.js';

/** The profiles that `init` has written for a provider, with the model that it wrote into each; null: it is not known. Pure. */
export function ourProfiles(journal: Journal, providerId: string): Map<string, string | null> {
  const found = new Map<string, string | null>();
  for (const [file, { imprints }] of Object.entries(journal.files)) {
    const name = /^(.+)\.config\.toml$/.exec(file)?.[1];
    const imprint = imprints.find(({ provider }) => provider === providerId);
    if (name === undefined || imprint === undefined) continue;
    const wrote = imprint.keys.find(({ path }) => path.length === 1 && path[0] === 'model')?.wrote;
    found.set(name, wrote == null ? null : unquoted(wrote));
  }
  return found;
}

/** A basic string of TOML, as this program writes it, is one of JSON. */
function unquoted(raw: string): string | null {
  try {
    return String(JSON.parse(raw));
  } catch {
    return null;
  }
}
