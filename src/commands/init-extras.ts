import { COMPACT_PROMPT } from '../codex/compact-prompt.js';
import { type CodexHome, codexHome, nameIn } from '../codex/home.js';
import { type FileRecord, type Journal, type MadeCatalog, readJournal } from '../codex/journal.js';
import { LEAN_KEYS, type Lean, leanFor } from '../codex/lean.js';
import type { Note } from '../codex/notes.js';
import { recordedTurn } from '../codex/recorder.js';
import { shapeOf, shapingIn, type TurnShape } from '../codex/turn-shape.js';
import type { Context } from '../context.js';
import { type Chooser, type Examination, examine, shapeInForce } from '../doctor/examination.js';
import { CliError } from '../errors.js';
import type { ConfigFlags } from '../options.js';
import type { Terminal } from '../ui/terminal.js';
import { type CatalogBase, catalogOfTurn } from './init-catalog.js';

/** What is to stand in a config beside the documented block. */
export interface ExtrasWish {
  readonly catalog: boolean;
  readonly lean: boolean;
  readonly prompt: MadeCatalog['prompt'];
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
): Promise<WithExtras> {
  const home = codexHome(context, flags);
  const wish = extrasWish(flags, home, await readJournal(home));
  let extras: Promise<Extras> | undefined;
  const shape = async (seen: Examination, model: string) => {
    extras ??= prepareExtras(seen, wish, model);
    return shapeWith(await extras, seen, model);
  };
  const examination = await examine(context, flags, terminal, chooser, { shape });
  return {
    examination,
    extrasFor(model) {
      extras ??= prepareExtras(examination, wish, model);
      return extras;
    },
  };
}

/**
 * What was asked for; where nobody says, what an earlier run wrote stays, and a profile gets it all.
 *
 * @throws CliError `usage` for a prompt without a catalog to be in
 */
function extrasWish(
  { catalog, lean, prompt, offline, providerId }: ConfigFlags,
  home: CodexHome,
  journal: Journal,
): ExtrasWish {
  const isProfile = home.profile !== null;
  const written = imprintOf(journal.files[nameIn(home, home.configPath)], providerId);
  const made = imprintOf(journal.files[nameIn(home, home.catalogPath)], providerId)?.catalog;
  // Without a look at the server there is no window to put into a catalog.
  const wish = {
    catalog: catalog ?? (made !== undefined || (isProfile && !offline)),
    lean: lean ?? (isProfile || wroteLean(written)),
    prompt: prompt ?? made?.prompt ?? 'codex',
  };
  if (prompt === 'compact' && !wish.catalog)
    throw new CliError(
      'usage',
      '--prompt compact is written into a model catalog, and none was asked for.',
      'Add --catalog, or --profile for a profile with one.',
    );
  return wish;
}

function imprintOf(record: FileRecord | undefined, providerId: string) {
  return record?.imprints.find(({ provider }) => provider === providerId);
}

/** `features.goals` alone is what a server without bare calls needs. */
function wroteLean(written: ReturnType<typeof imprintOf>): boolean {
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
  const base = wish.catalog ? { stock, prompt, kind: wish.prompt } : null;
  const lean = wish.lean ? await leanFor(context, codex, model, base && catalogOfTurn(base, model)) : null;
  return { wish, base, lean, notes: [] };
}

/** The first turn of a session with these extras, on top of what the config has already. */
function shapeWith({ base, lean }: Extras, examination: Examination, model: string): TurnShape {
  const inForce = shapeInForce(examination, model);
  const settings = [...(lean?.switches ?? []), ...shapingIn(examination.effective)];
  return shapeOf(settings, base === null ? inForce.catalog : catalogOfTurn(base, model));
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
