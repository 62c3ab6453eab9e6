import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CliError } from '../errors.js';

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
export async function temporaryCatalog(temporaryFolder: string, json: string): Promise<TemporaryCatalog> {
  let folder: string | null = null;
  const remove = async () => {
    if (folder !== null) await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  };
  try {
    folder = await mkdtemp(join(temporaryFolder, 'codex-lmdeploy-run-'));
    const path = join(folder, 'catalog.json');
    await writeFile(path, json, { mode: 0o600 });
    return { path, remove };
  } catch (error) {
    await remove();
    throw new CliError(
      'config-unwritable',
      `The model catalog can't be written below ${temporaryFolder} (${(error as NodeJS.ErrnoException).code}).`,
      'Make room there, or name another place in TMPDIR.',
    );
  }
}
