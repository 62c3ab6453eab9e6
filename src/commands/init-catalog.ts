import { type CatalogEntry, catalogText, entriesFor, hashOfPrompt, turnCatalog } from '../codex/catalog.js';
import { entryOf } from '../codex/catalog-in-force.js';
import { tryCatalog } from '../codex/catalog-trial.js';
import { isOwnCatalog } from '../codex/home.js';
import type { MadeCatalog } from '../codex/journal.js';
import type { Note } from '../codex/notes.js';
import type { Recording } from '../codex/recording.js';
import type { Examination } from '../doctor/examination.js';
import { VERSION } from '../version.js';

/** What the entries of a catalog are made of: Codex's first turn as it comes, and the prompt to put in. */
export interface CatalogBase {
  readonly stock: Recording;
  readonly prompt: string;
  readonly kind: MadeCatalog['prompt'];
  /** Whether a bridge stands between Codex and the server. */
  readonly isBridged: boolean;
}

/** A catalog for the config, or why there is none. */
export interface CatalogMade {
  readonly catalog: MadeCatalog | null;
  readonly notes: readonly Note[];
}

/**
 * Makes the catalog and lets the installed Codex load it.
 *
 * @param models the served names, the one in use first
 * @param contextWindow in tokens
 */
export async function makeCatalog(
  { context, codex: installed, initLine }: Examination,
  base: CatalogBase | null,
  models: readonly string[],
  contextWindow: number | null,
): Promise<CatalogMade> {
  const codex = await installed();
  if (base === null || codex === null) return { catalog: null, notes: [] };
  const trial = await tryCatalog(context, codex, entries(base, models, contextWindow));
  if (trial.state === 'refused')
    return {
      catalog: null,
      notes: [
        {
          id: 'catalog.entry',
          detail: `Codex ${base.stock.codexVersion} takes no model catalog of ours, so none is written: ${trial.words}`,
          remedy: `npm install -g @openai/codex@latest, then: ${initLine({ more: ['--catalog'] })}`,
        },
      ],
    };
  const catalog: MadeCatalog = {
    text: catalogText(trial.entries),
    tool: VERSION,
    codex: base.stock.codexVersion,
    prompt: base.kind,
    promptHash: hashOfPrompt(base.prompt),
  };
  return { catalog, notes: [] };
}

/** Whether a catalog of the user's own does what ours would: an entry for the model that promises no more than there is. */
export function ownCatalogFits(
  { catalog, config, home }: Examination,
  model: string,
  contextWindow: number | null,
): boolean {
  const entry = entryOf(catalog, model);
  if (catalog.state !== 'read' || entry === null || isOwnCatalog(home, catalog.path)) return false;
  // One of a layer below is another file's; a profile brings its own.
  if (!catalog.place.startsWith(config.path)) return false;
  const window = entry.context_window ?? null;
  const isRight = contextWindow === null || (window !== null && window <= contextWindow);
  return isRight && (entry.base_instructions ?? '') !== '';
}

/** The catalog of a session's first turn. */
export function catalogOfTurn(base: CatalogBase, model: string): string | null {
  const [entry] = entries(base, [model], null);
  return entry === undefined ? null : turnCatalog(entry);
}

function entries(
  { stock, prompt, isBridged }: CatalogBase,
  models: readonly string[],
  contextWindow: number | null,
): CatalogEntry[] {
  return entriesFor(models, {
    contextWindow,
    prompt,
    parallelToolCalls: stock.body['parallel_tool_calls'] === true,
    isBridged,
  });
}
