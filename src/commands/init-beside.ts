import { relative, sep } from 'node:path';
import { compactionLimit } from '../codex/compaction.js';
import { valueAt } from '../codex/effective.js';
import { LEAN_KEYS } from '../codex/lean.js';
import type { Limit } from '../codex/measured.js';
import type { Note } from '../codex/notes.js';
import type { Wanted } from '../codex/plan.js';
import type { Examination } from '../doctor/examination.js';
import type { ServerFacts } from '../lmdeploy/facts.js';
import type { ConfigFlags } from '../options.js';
import { makeCatalog, ownCatalogFits } from './init-catalog.js';
import type { Extras } from './init-extras.js';

type Beside = Pick<Wanted, 'contextWindow' | 'compactAt' | 'catalog' | 'catalogFile' | 'switches'>;

interface Found {
  readonly model: string;
  /** null: the server was not asked. */
  readonly facts: ServerFacts | null;
  readonly extras: Extras;
}

/** What the config has to hold beside the documented block: window, model catalog, switches. */
export async function besideBlock(
  examination: Examination,
  flags: ConfigFlags,
  found: Found,
): Promise<{ readonly wanted: Beside; readonly notes: readonly Note[] }> {
  const { model, facts, extras } = found;
  const { home } = examination;
  const window = windowWanted(examination, flags, found);
  const tokens = window?.tokens ?? null;
  const isKept = extras.base !== null && ownCatalogFits(examination, model, tokens);
  const models = [model, ...(facts?.models ?? []).filter((one) => one !== model)];
  const { catalog, notes } = isKept
    ? { catalog: undefined, notes: [ownStays(examination)] }
    : await makeCatalog(examination, extras.base, models, tokens);
  const isUnasked = extras.base === null && flags.offline && flags.catalog === undefined;
  return {
    wanted: {
      contextWindow: window && { ...window, isSpare: catalog != null && !isInherited(examination, window) },
      compactAt: compactAt(window, facts),
      catalog: isUnasked ? undefined : catalog,
      catalogFile:
        isUnasked || isKept
          ? undefined
          : catalog && relative(home.path, home.catalogPath).split(sep).join('/'),
      switches: switchesWanted(flags, found),
    },
    notes,
  };
}

/** A window that nobody could measure stays, unless it was another model's. */
function windowWanted(
  { configuredModel }: Examination,
  { contextWindow }: ConfigFlags,
  { facts, model }: Found,
): Limit | null | undefined {
  if (contextWindow !== undefined) return { tokens: contextWindow, from: 'flag' };
  if (facts !== null && facts.contextWindow !== null) return { tokens: facts.contextWindow, from: 'server' };
  return facts !== null && model !== configuredModel ? null : undefined;
}

function compactAt(window: Limit | null | undefined, facts: ServerFacts | null): Limit | null | undefined {
  if (window === null || window === undefined) return window;
  const tokens = compactionLimit(window.tokens, facts?.firstTurnTokens ?? null);
  return tokens === null ? null : { tokens, from: window.from };
}

/** Whether a file below the one that is written states a window, which would outdo the catalog's. */
function isInherited({ layers, config }: Examination, window: Limit): boolean {
  const below = layers.slice(layers.findIndex(({ path }) => path === config.path) + 1);
  const stated = below.map(({ document }) => valueAt(document, ['model_context_window']));
  return stated.some((one) => one !== undefined && one !== window.tokens);
}

function switchesWanted({ offline }: ConfigFlags, { facts, extras }: Found): Wanted['switches'] {
  const { lean, wish } = extras;
  const survives = facts?.responses.emptyArguments ?? null;
  return LEAN_KEYS.flatMap((path): Wanted['switches'][number][] => {
    const name = path.join('.');
    const found = lean?.switches.find((one) => one.path.join('.') === name);
    if (found !== undefined) return [found];
    if (name === 'features.goals' && survives === false) return [{ path, value: false }];
    // What is not known stays: goals without a probe, the rest where no Codex could be recorded.
    const isKnown = name === 'features.goals' ? survives !== null : !offline && (lean !== null || !wish.lean);
    return isKnown ? [{ path, value: null }] : [];
  });
}

function ownStays({ catalog }: Examination): Note {
  const path = catalog.state === 'read' ? catalog.path : '';
  return {
    id: 'catalog.entry',
    detail: `The model catalog of your own, ${path}, fits this model and stays.`,
    remedy: 'Take model_catalog_json out and run init again to have one made.',
  };
}
