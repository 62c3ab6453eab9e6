import { existsSync, realpathSync } from 'node:fs';
import { dirname, join, normalize, resolve } from 'node:path';
import type { TomlTable } from '../toml/read.js';
import { valueAt } from './effective.js';
import { readRegularText } from './regular-file.js';

/** A folder in which Codex looks for `.codex/config.toml`. */
export interface ProjectFolder {
  readonly folder: string;
  /** An untrusted folder's file is read and then left out. */
  readonly trusted: boolean;
}

/**
 * The folders from the working directory up to its project's root, the nearest first. Each is trusted by its own
 * `[projects."PATH"] trust_level`, else by the root's, else by that of the repository that a worktree belongs to
 * (Codex 0.169.0). Without a root only the folder itself counts.
 *
 * @param config what holds of `projects` and `project_root_markers`
 */
export async function projectFolders(cwd: string, config: TomlTable): Promise<ProjectFolder[]> {
  const root = rootOf(cwd, markersIn(config));
  const repository = rootOf(cwd, ['.git']);
  const folders = root === null ? [cwd] : foldersBetween(cwd, root);
  const judges = [root, repository, repository && (await mainCheckout(repository))];
  return folders.map((folder) => {
    const levels = [folder, ...judges].map((one) => trustLevel(one, config));
    return { folder, trusted: levels.find((level) => level !== null) === 'trusted' };
  });
}

function markersIn(config: TomlTable): string[] {
  const markers = valueAt(config, ['project_root_markers']);
  return Array.isArray(markers) ? markers.filter((one) => typeof one === 'string') : ['.git'];
}

// Synchronous, as whatever `env` runs through: it takes Node 3 ms to load what does it otherwise.
function rootOf(cwd: string, markers: readonly string[]): string | null {
  for (let folder = cwd; ; folder = dirname(folder)) {
    if (markers.some((marker) => existsSync(join(folder, marker)))) return folder;
    if (dirname(folder) === folder) return null;
  }
}

function foldersBetween(cwd: string, root: string): string[] {
  const folders = [cwd];
  for (let folder = cwd; folder !== root; ) {
    folder = dirname(folder);
    folders.push(folder);
  }
  return folders;
}

/** Where the repository of a worktree is; null for none, and for one that the repository knows nothing of. */
async function mainCheckout(repository: string): Promise<string | null> {
  const text = await readRegularText(join(repository, '.git')).catch(() => '');
  const [, own = '', main = ''] = /^gitdir: ((.+)[\\/]\.git[\\/]worktrees[\\/][^\\/\r\n]+)/.exec(text) ?? [];
  if (main === '') return null;
  const back = await readRegularText(join(resolve(repository, own), 'gitdir')).catch(() => '');
  // On Windows Git writes slashes.
  return normalize(back.trim()) === join(repository, '.git') ? resolve(repository, main) : null;
}

/** A folder goes by the name it was reached by, and by its real one. */
function trustLevel(folder: string | null, config: TomlTable): string | null {
  if (folder === null) return null;
  for (const name of [folder, realNameOf(folder)]) {
    const level = valueAt(config, ['projects', name, 'trust_level']);
    if (typeof level === 'string') return level;
  }
  return null;
}

function realNameOf(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return folder;
  }
}
