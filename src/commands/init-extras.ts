import { COMPACT_PROMPT } from '../codex/compact-prompt.js';
import { codexHome, nameIn } from '../codex/home.js';
import {
  type FileRecord,
  type Imprint,
  type Journal,
  type MadeCatalog,
  readJournal,
} from '../codex/journal.js';
import { LEAN_KEYS, type Lean, leanFor } from '../codex/lean.js';
import type { Note } from '../codex/notes.js';
import { recordedTurn } from '../codex/recorder.js';
import { shapeOf, shapingIn, type TurnShape } from '../codex/turn-shape.js';
import type { Context } from '../context.js';
import { type Chooser, type Examination, examine, shapeInForce } from '../doctor/examination.js';
import { CliError } from '../errors.js';
import type { ConfigFlags } from '../options.js';
import type { Settings } from '../settings.js';
import type { Terminal } from '../ui/terminal.js';
import { bridgeWanted } from './init-bridge.js';
import { type CatalogBase, catalogOfTurn } from './init-catalog.js';

/** What is to stand in a config beside the documented block. */
export interface ExtrasWish {
  readonly catalog: boolean;
  readonly lean: boolean;
  readonly prompt: MadeCatalog['prompt'];
  /** Whether Codex is to reach the server through a bridge. */
  readonly isBridged: boolean;
}

/** The same as far as the installed Codex lets it come true. */
export interface Extras {
  readonly wish: ExtrasWish;
  /** null: no catalog. */
  readonly base: CatalogBase | null;
  readonly lean: Lean | null;
  readonly notes: readonly Note[];
}

/** A look at everything by which the first turn is what it will be with the extras. */
export interface WithExtras {
  readonly examination: Examination;
  extrasFor(model: string): Promise<Extras>;
}

/**
 * As `examine`, for a command that decides what a config is to hold.
 *
 * @throws CliError `usage`, `journal-unreadable`
 */
export async function examineWithExtras(
  context: Context,
  flags: ConfigFlags,
  terminal: Terminal,
  chooser: Chooser,
  home = codexHome(context, flags),
): Promise<WithExtras> {
  const journal = await readJournal(home);
  let extras: Promise<Extras> | undefined;
  const extrasFor = (seen: Examination, model: string) => {
    extras ??= prepareExtras(seen, extrasWish(flags, seen, journal), model);
    return extras;
  };
  const shape = async (seen: Examination, model: string) =>
    shapeWith(await extrasFor(seen, model), seen, model, writtenBy(seen, journal));
  const isBridged = (settings: Settings) => bridgeWanted(flags, settings) !== null;
  const looking = { shape, isBridged, isOffline: flags.offline, home };
  const examination = await examine(context, flags, terminal, chooser, looking);
  try {
    // Wrong usage is said before anything is asked.
    extrasWish(flags, examination, journal);
  } catch (error) {
    await examination.close();
    throw error;
  }
  return { examination, extrasFor: (model) => extrasFor(examination, model) };
}

/**
 * What was asked for; where nobody says, what an earlier run wrote stays, and a profile gets it all.
 *
 * @throws CliError `usage` for a prompt without a catalog to be in
 */
function extrasWish(flags: ConfigFlags, seen: Examination, journal: Journal): ExtrasWish {
  const { catalog, lean, prompt, offline } = flags;
  const { home, providerId } = seen;
  const isProfile = home.profile !== null;
  const written = writtenBy(seen, journal);
  const made = imprintOf(journal.files[nameIn(home, home.catalogPath)], providerId)?.catalog;
  // Where our folder is lost, the config still says that there was one.
  const isNamed = seen.catalog.state !== 'none' && seen.catalog.path === home.catalogPath;
  // Without a look at the server there is no window to put into a catalog.
  const isBridged = bridgeWanted(flags, seen.settings) !== null;
  const wish = {
    catalog: catalog ?? (made !== undefined || isNamed || isBridged || (isProfile && !offline)),
    lean: lean ?? (isProfile || wroteLean(written)),
    prompt: prompt ?? made?.prompt ?? 'codex',
    isBridged,
  };
  if (prompt === 'compact' && !wish.catalog)
    throw new CliError(
      'usage',
      `--prompt compact is written into a model catalog, and ${offline ? '--offline makes none by itself' : 'none was asked for'}.`,
      offline ? 'Add --catalog.' : 'Add --catalog, or --profile for a profile with one.',
    );
  return wish;
}

function writtenBy({ home, providerId }: Examination, journal: Journal): Imprint | undefined {
  return imprintOf(journal.files[nameIn(home, home.configPath)], providerId);
}

function imprintOf(record: FileRecord | undefined, providerId: string) {
  return record?.imprints.find(({ provider }) => provider === providerId);
}

/** `features.goals` alone is what a server without bare calls needs. */
function wroteLean(written: Imprint | undefined): boolean {
  const names = LEAN_KEYS.map((path) => path.join('.')).filter((name) => name !== 'features.goals');
  return written?.keys.some(({ path, wrote }) => wrote !== null && names.includes(path.join('.'))) ?? false;
}

/** Asks the installed Codex what it sends, with and without what it could do without. */
export async function prepareExtras(
  { context, codex: installed }: Examination,
  wish: ExtrasWish,
  model: string,
): Promise<Extras> {
  if (!wish.catalog && !wish.lean) return { wish, base: null, lean: null, notes: [] };
  const codex = await installed();
  const stock = await recordedTurn(context, codex, model);
  if (typeof stock === 'string') return { wish, base: null, lean: null, notes: [notRecorded(wish, stock)] };
  const prompt = wish.prompt === 'compact' ? COMPACT_PROMPT : stock.prompt;
  const { isBridged } = wish;
  const base = wish.catalog ? { stock, prompt, kind: wish.prompt, isBridged } : null;
  const turn = base && catalogOfTurn(base, model);
  const lean = wish.lean ? await leanFor(context, codex, model, turn, isBridged) : null;
  return { wish, base, lean, notes: [] };
}

/** The first turn of a session with these extras, on top of what the config has by the user. */
function shapeWith(
  { base, lean, wish }: Extras,
  examination: Examination,
  model: string,
  written: Imprint | undefined,
): TurnShape {
  const { effective, catalog, home } = examination;
  const ours = written?.keys.map(({ path }) => path.join('.')) ?? [];
  const isLeft = (path: readonly string[]) => wish.lean || !ours.includes(path.join('.'));
  const settings = [...(lean?.switches ?? []), ...shapingIn(effective).filter(({ path }) => isLeft(path))];
  if (base !== null) return shapeOf(settings, catalogOfTurn(base, model));
  const goes = catalog.state === 'read' && catalog.path === home.catalogPath;
  return shapeOf(settings, goes ? null : shapeInForce(examination, model).catalog);
}

function notRecorded({ catalog, lean }: ExtrasWish, why: string): Note {
  const what = [...(catalog ? ['no model catalog'] : []), ...(lean ? ['no lean switches'] : [])].join(
    ' and ',
  );
  return {
    id: 'catalog.entry',
    detail: `What Codex sends could not be recorded, so ${what} can be written: ${why}`,
    remedy: 'npm install -g @openai/codex, then run init again.',
  };
}
