import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Context } from '../context.js';
import { readToml, type TomlTable } from '../toml/read.js';
import { readConfigFile } from './home.js';

/** A config file that Codex reads beside the user's. */
export interface Layer {
  readonly kind: 'managed' | 'project';
  readonly path: string;
  readonly document: TomlTable;
}

/**
 * The files whose keys outdo the user's `config.toml` (Codex 0.169.0): the managed one, and the projects' from the
 * working directory up to its repository's root. One that can't be read counts as absent.
 */
export async function layersAbove({ systemFolder, cwd }: Context): Promise<Layer[]> {
  const projects = (await foldersToRoot(cwd)).map((folder) => join(folder, '.codex', 'config.toml'));
  const managed = await layer('managed', join(systemFolder, 'managed_config.toml'));
  const found = await Promise.all(projects.map((path) => layer('project', path)));
  return [managed, ...found].filter((one) => one !== null);
}

async function layer(kind: Layer['kind'], path: string): Promise<Layer | null> {
  try {
    const text = await readConfigFile(path);
    if (text === null) return null;
    const document = readToml(text);
    // A project can't choose the provider, only the model.
    if (kind === 'project') delete document['model_provider'];
    return { kind, path, document };
  } catch {
    return null;
  }
}

/** Without a repository only the folder itself counts. */
async function foldersToRoot(cwd: string): Promise<string[]> {
  const folders: string[] = [];
  for (let folder = cwd; ; folder = dirname(folder)) {
    folders.push(folder);
    if ((await stat(join(folder, '.git')).catch(() => null)) !== null) return folders;
    if (dirname(folder) === folder) return [cwd];
  }
}
