import { merge } from './effective.js';
import type { CodexHome } from './home.js';
import { isAbove, type Layer } from './layers.js';
import { DEFAULT_PROVIDER_ID, topLevel } from './provider.js';

/**
 * The provider to look at where nobody names one: the one that the config selects, if `init` wrote it into this home
 * (`init --provider-id ID`); else the usual one.
 */
export async function providerInUse(home: CodexHome, layers: readonly Layer[]): Promise<string> {
  const selected = topLevel(merge(layers.filter((layer) => !isAbove(layer))), 'model_provider');
  if (selected === null || selected === DEFAULT_PROVIDER_ID) return DEFAULT_PROVIDER_ID;
  const { readJournal } = await import('./journal.js');
  // A journal that can't be read is for config.changed to name.
  const journal = await readJournal(home).catch(() => null);
  const imprints = Object.values(journal?.files ?? {}).flatMap((file) => file.imprints);
  return imprints.some(({ provider }) => provider === selected) ? selected : DEFAULT_PROVIDER_ID;
}
