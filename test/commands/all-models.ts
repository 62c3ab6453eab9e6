import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { initDocument } from '../../src/documents.js';
import { type StandIn, type StandInOptions, startStandIn } from '../../src/stand-in/server.js';
import { cli, PATH_WITH_CODEX } from '../cli.js';
import { RECORDINGS } from '../recordings.js';
import { treeOf } from '../tree.js';

export const ENV = { LMDEPLOY_API_KEY: 'dummy', PATH: PATH_WITH_CODEX, XDG_CACHE_HOME: RECORDINGS };

/** A server that ends with the test. */
export async function standIn(options: StandInOptions = {}): Promise<StandIn> {
  const server = await startStandIn(options);
  onTestFinished(() => server.close());
  return server;
}

/** `init --all-models` with more arguments, and its document. */
export async function all(home: string, ...args: string[]) {
  const ran = await cli(['init', ...args, '--all-models', '--yes', '--json'], { home, env: ENV });
  return { ...ran, report: initDocument.parse(JSON.parse(ran.stdout)) };
}

/** A home without what is recorded of Codex, which lies in its user's cache, and what Codex leaves there itself. */
export async function own(home: string): Promise<Record<string, string>> {
  const tree = Object.entries(await treeOf(home));
  return Object.fromEntries(
    tree.filter(([path]) => !/^(\.cache|\.sandbox_migration|installation_id)/.test(path)),
  );
}

/** The model catalogs in a home by their files, with each model and its window in the order that Codex lists them in. */
export async function catalogs(home: string): Promise<Record<string, [string, number][]>> {
  const folder = join(home, 'codex-lmdeploy');
  const names = (await readdir(folder)).filter((name) => name.endsWith('catalog.json')).sort();
  const read = names.map(async (name): Promise<[string, [string, number][]]> => {
    const { models } = JSON.parse(await readFile(join(folder, name), 'utf8')) as {
      models: { slug: string; context_window: number; priority: number }[];
    };
    const listed = models.toSorted((a, b) => a.priority - b.priority);
    return [name, listed.map(({ slug, context_window }) => [slug, context_window])];
  });
  return Object.fromEntries(await Promise.all(read));
}
