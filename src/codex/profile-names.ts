import { readdir } from 'node:fs/promises';
import type { CodexHome } from './home.js';

/** The names of all profiles in a home, whoever wrote them, in alphabetical order. */
export async function profileNames({ path }: CodexHome): Promise<string[]> {
  const files = await readdir(path).catch(() => []);
  return files.flatMap((file) => /^(.+)\.config\.toml$/.exec(file)?.[1] ?? []).sort();
}
