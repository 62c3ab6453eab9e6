import type { z } from 'zod';
import { VERSION } from './version.js';

type Body<T extends z.ZodObject> = Omit<z.input<T>, 'schema' | 'version'>;

/**
 * A document of `--json` with its head. Of its schema in documents.ts only the type is needed here, which costs no time
 * at the start; the tests hold every output against the schema itself.
 */
export function document<T extends z.ZodObject>(body: Body<T>) {
  return { schema: 1, version: VERSION, ...body };
}
