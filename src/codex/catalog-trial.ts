import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Context } from '../context.js';
import { printable } from '../ui/printable.js';
import { catalogText } from './catalog.js';
import type { InstalledCodex } from './installed.js';
import { runProgram } from './program.js';
import { scratchFolder } from './scratch-folder.js';

const TIMEOUT_MS = 10_000;
const MOST_REPAIRS = 8;

/** What makes the entry ours: better none than one without it. */
const OURS = ['slug', 'context_window', 'input_modalities', 'base_instructions'];

type Entry = Readonly<Record<string, unknown>>;

/** What the installed Codex makes of a catalog. */
export type Trial =
  /** `repaired`: the fields that this Codex wanted otherwise. */
  | { readonly state: 'accepted'; readonly entries: readonly Entry[]; readonly repaired: readonly string[] }
  | { readonly state: 'refused'; readonly words: string };

/**
 * Lets Codex load catalog entries, in a home that goes with it. A field that it misses is taken from its own catalog,
 * one whose value it does not know is left out; what then still does not load is refused.
 *
 * @throws the signal's reason when it is aborted meanwhile
 */
export async function tryCatalog(
  context: Context,
  codex: InstalledCodex,
  entries: readonly Entry[],
): Promise<Trial> {
  const { path: scratch, remove } = await scratchFolder(context, 'catalog');
  try {
    await writeFile(join(scratch, 'config.toml'), 'model_catalog_json = "catalog.json"\n');
    const repaired: string[] = [];
    for (let tried = entries; ; ) {
      const text = catalogText(tried);
      await writeFile(join(scratch, 'catalog.json'), text);
      const words = await complaint(context, codex, scratch, []);
      if (words === null) return { state: 'accepted', entries: tried, repaired };
      const missing = /missing field `(\w+)`/.exec(words)?.[1];
      const field = missing ?? fieldAt(text, words);
      const isHopeless = field === undefined || OURS.includes(field) || repaired.includes(field);
      if (isHopeless || repaired.length >= MOST_REPAIRS) return { state: 'refused', words };
      repaired.push(field);
      const own = missing === undefined ? undefined : (await ownEntry(context, codex, scratch))?.[field];
      tried = tried.map(({ [field]: _, ...rest }) => (own === undefined ? rest : { ...rest, [field]: own }));
    }
  } finally {
    await remove();
  }
}

/** What Codex has against the catalog in a home; null: nothing, or this Codex can't be asked. */
async function complaint(
  context: Context,
  codex: InstalledCodex,
  home: string,
  more: readonly string[],
): Promise<string | null> {
  const end = await models(context, codex, home, more);
  if (end.state !== 'exited' || end.code === 0) return null;
  const words = /^Error: (.+)$/m.exec(end.stderr)?.[1];
  return words === undefined ? null : printable(words);
}

function models(context: Context, codex: InstalledCodex, home: string, more: readonly string[]) {
  const { PATH, Path, PATHEXT, SystemRoot, ComSpec } = context.env;
  const env = { PATH, Path, PATHEXT, SystemRoot, ComSpec, HOME: home, USERPROFILE: home, CODEX_HOME: home };
  return runProgram(codex.path, ['debug', 'models', ...more], {
    env: Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined)),
    cwd: home,
    platform: context.platform,
    timeoutMs: TIMEOUT_MS,
    signal: context.signal,
  });
}

/** serde names the line of a value that it does not know, but not the field. */
function fieldAt(text: string, words: string): string | undefined {
  if (!/unknown variant|invalid (type|value|length)|did not match/.test(words)) return undefined;
  const line = Number(/at line (\d+) column \d+/.exec(words)?.[1] ?? Number.NaN);
  // A field of the entry itself stands six columns in; deeper ones belong to the last of those before.
  const above = text.split('\n').slice(0, line).reverse();
  return above.map((one) => /^ {6}"(\w+)":/.exec(one)?.[1]).find((name) => name !== undefined);
}

const bundled = z.object({ models: z.array(z.looseObject({ slug: z.string() })) });

/** The first entry of the catalog that comes with Codex. */
async function ownEntry(context: Context, codex: InstalledCodex, home: string): Promise<Entry | undefined> {
  await rm(join(home, 'config.toml'), { force: true });
  const end = await models(context, codex, home, ['--bundled']);
  await writeFile(join(home, 'config.toml'), 'model_catalog_json = "catalog.json"\n');
  if (end.state !== 'exited' || end.code !== 0) return undefined;
  try {
    return bundled.parse(JSON.parse(end.stdout)).models[0];
  } catch {
    return undefined;
  }
}
