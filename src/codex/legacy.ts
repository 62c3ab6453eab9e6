import { stringify } from 'smol-toml';
import { isInSecretTable, isSecretName } from '../toml/secret-names.js';
import { asTable, keysAt, valueAt } from './effective.js';
import type { Layer } from './layers.js';
import { placeIn } from './place-in-layer.js';
import { topLevel } from './provider.js';

/** Something that older releases of Codex read and newer ones refuse or pass over. */
export interface Legacy {
  readonly kind: 'profile-key' | 'profile-table' | 'wire-api';
  /** The name of the profile or of the provider. */
  readonly name: string;
  /** File and line. */
  readonly place: string;
  /** The file that has to change. */
  readonly file: string;
}

/** What of the old ways stands in a config file. Pure. */
export function legacyIn(layer: Layer): Legacy[] {
  const { document, path: file } = layer;
  const found: Legacy[] = [];
  const note = (kind: Legacy['kind'], name: string, path: readonly string[]) =>
    found.push({ kind, name, place: placeIn(layer, path), file });
  const selected = topLevel(document, 'profile');
  if (selected !== null) note('profile-key', selected, ['profile']);
  for (const name of keysAt(document, ['profiles'])) note('profile-table', name, ['profiles', name]);
  for (const id of keysAt(document, ['model_providers'])) {
    const path = ['model_providers', id, 'wire_api'];
    if (valueAt(document, path) === 'chat') note('wire-api', id, path);
  }
  return found;
}

/**
 * What stands in `[profiles.NAME]`, as the lines of a `NAME.config.toml`; null where the table is not there, is empty, or
 * may hold a secret, which nobody wants in a command line.
 */
export function profileLines({ document }: Layer, name: string): string[] | null {
  const table = asTable(valueAt(document, ['profiles', name]));
  if (table === null || Object.keys(table).length === 0 || holdsSecret(table, [])) return null;
  return stringify(table).trimEnd().split('\n');
}

function holdsSecret(table: object, path: readonly string[]): boolean {
  return Object.entries(table).some(([key, value]) => {
    const here = [...path, key];
    if (isSecretName(here) || isInSecretTable(here)) return true;
    return typeof value === 'object' && value !== null && holdsSecret(value, here);
  });
}
