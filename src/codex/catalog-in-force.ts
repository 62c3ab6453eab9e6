import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { giverOf, valueAt } from './effective.js';
import type { Layer } from './layers.js';
import { placeIn } from './place-in-layer.js';
import { NotReadable, readRegularText } from './regular-file.js';

export const CATALOG_KEY = ['model_catalog_json'] as const;

const entry = z.looseObject({
  slug: z.string(),
  context_window: z.number().nullish(),
  input_modalities: z.array(z.string()).optional(),
  base_instructions: z.string().optional(),
});
export type ReadEntry = z.infer<typeof entry>;

const catalog = z.object({ models: z.array(entry) });

/** The model catalog that a config names, as it was found. */
export type CatalogRead =
  | { readonly state: 'none' }
  /** `place`: file and line that name it. */
  | { readonly state: 'unreadable'; readonly path: string; readonly place: string; readonly why: string }
  | {
      readonly state: 'read';
      readonly path: string;
      readonly place: string;
      readonly text: string;
      readonly entries: readonly ReadEntry[];
    };

/** Reads the catalog that these layers name; a relative path counts from the file that holds the key (0.169.0). */
export async function catalogInForce(layers: readonly Layer[]): Promise<CatalogRead> {
  const giver = giverOf(layers, CATALOG_KEY);
  const named = giver && valueAt(giver.document, CATALOG_KEY);
  if (giver === null || typeof named !== 'string') return { state: 'none' };
  const path = resolve(dirname(giver.path), named);
  const place = placeIn(giver, CATALOG_KEY);
  let text: string;
  try {
    text = await readRegularText(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'is not there' : `can't be read (${code})`;
    return { state: 'unreadable', path, place, why: error instanceof NotReadable ? error.message : why };
  }
  try {
    return { state: 'read', path, place, text, entries: catalog.parse(JSON.parse(text)).models };
  } catch (error) {
    const why = error instanceof SyntaxError ? 'is no JSON' : 'is no model catalog';
    return { state: 'unreadable', path, place, why };
  }
}

/** The entry of one model; null where the catalog has none, or none is in force. */
export function entryOf(read: CatalogRead, model: string): ReadEntry | null {
  return (read.state === 'read' && read.entries.find(({ slug }) => slug === model)) || null;
}
