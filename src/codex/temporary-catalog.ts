import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context } from '../context.js';
import { CliError } from '../errors.js';
import { type ScratchFolder, scratchFolder } from './scratch-folder.js';

/** A model catalog for one session. */
export interface TemporaryCatalog {
  /** An absolute path, for `model_catalog_json`. */
  readonly path: string;
  /** Takes it away; Codex reads it once, at its start. */
  remove(): Promise<void>;
}

/**
 * Puts a model catalog where Codex can read it for one session: into a folder of its own (0700) in the system's temporary
 * place, for nothing of ours goes into the home.
 *
 * @param json the catalog's text
 * @throws CliError `config-unwritable`
 */
export async function temporaryCatalog(context: Context, json: string): Promise<TemporaryCatalog> {
  const folder: ScratchFolder = await scratchFolder(context, 'run');
  const path = join(folder.path, 'catalog.json');
  try {
    await writeFile(path, json, { mode: 0o600, flag: 'wx' });
    return { path, remove: folder.remove };
  } catch (error) {
    await folder.remove();
    throw new CliError(
      'config-unwritable',
      `The model catalog can't be written below ${context.temporaryFolder} (${(error as NodeJS.ErrnoException).code}).`,
      'Make room there, or name another place in TMPDIR.',
    );
  }
}
