import type { CodexHome } from './home.js';
import { type Bridged, readJournal } from './journal.js';

/**
 * The bridge that a provider's address is, as `init --bridge` remembers it; null where it is a server's, or nobody knows.
 *
 * @param address the `/v1` root that the config names
 */
export async function bridgeInUse(
  home: CodexHome,
  providerId: string,
  address: string | null,
): Promise<Bridged | null> {
  if (address === null) return null;
  // A journal that can't be read is for config.changed to name.
  const journal = await readJournal(home).catch(() => null);
  const imprints = Object.values(journal?.files ?? {}).flatMap((file) => file.imprints);
  const found = imprints.find(
    ({ provider, bridge }) => provider === providerId && bridge?.address === address,
  );
  return found?.bridge ?? null;
}
