import { quoteScalar } from '../toml/quote.js';
import type { CodexHome } from './home.js';
import { type Bridged, readJournal } from './journal.js';

/**
 * The bridge that a provider's address is, as `init` remembers it.
 *
 * @param address the `/v1` root that the config names
 * @returns null where `init` wrote it as a server's, undefined where it did not write it
 */
export async function bridgeInUse(
  home: CodexHome,
  providerId: string,
  address: string | null,
): Promise<Bridged | null | undefined> {
  if (address === null) return undefined;
  // A journal that can't be read is for config.changed to name.
  const journal = await readJournal(home).catch(() => null);
  const imprints = Object.values(journal?.files ?? {}).flatMap((file) => file.imprints);
  const own = imprints.filter(({ provider }) => provider === providerId);
  const found = own.find(({ bridge }) => bridge?.address === address)?.bridge;
  if (found !== undefined) return found;
  const wrote = own.flatMap(({ keys }) => keys).filter(({ path }) => path.at(-1) === 'base_url');
  return wrote.some(({ wrote: raw }) => raw === quoteScalar(address)) ? null : undefined;
}
