import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';

/** Everything below a folder: path → kind, mode, owner, and what is in it. */
export async function treeOf(folder: string): Promise<Record<string, string>> {
  const names = ['', ...(await readdir(folder, { recursive: true }))].sort();
  const entries = names.map(async (name) => {
    const path = join(folder, name);
    const info = await lstat(path);
    const rights = `${(info.mode & 0o7777).toString(8)} ${info.uid}:${info.gid}`;
    if (info.isFile()) return [name, `file ${rights} ${await readFile(path, 'base64')}`];
    if (info.isSymbolicLink()) return [name, `link to ${await readlink(path)}`];
    return [name, `${info.isDirectory() ? 'folder' : 'other'} ${rights}`];
  });
  return Object.fromEntries(await Promise.all(entries));
}
