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
import { grouped } from '../ui/grouped.js';
import { makeCatalog, ownCatalogFits } from './init-catalog.js';
import type { Extras } from './init-extras.js';

/** In tokens: Codex's own first turn takes about half of it. */
export const SMALL = 16_384;

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
    notes: [
      ...notes,
      ...(catalog == null ? [] : besideConfig(examination)),
      ...smallWindow(examination, found, tokens),
    ],
  };
}

/** What a catalog means for a config that people copy between machines. */
function besideConfig({ home, catalog }: Examination): Note[] {
  if (home.profile !== null || (catalog.state === 'read' && catalog.path === home.catalogPath)) return [];
  return [
    {
      id: 'catalog.entry',
      detail: `${home.configPath} now needs ${home.catalogPath} beside it: without that file Codex does not start, whatever the provider; and Codex's built-in models lose their metadata.`,
      remedy: 'codex-lmdeploy init --profile keeps config.toml as it is; --no-catalog goes without one.',
    },
  ];
}

/** What will happen in a window in which Codex hardly fits, and what makes room. */
function smallWindow(
  { initLine, home }: Examination,
  { facts, extras: { wish, lean, base } }: Found,
  window: number | null,
): Note[] {
  if (window === null || window >= SMALL) return [];
  const missing = [
    ...(lean === null ? ['--lean'] : []),
    ...(base?.kind === 'compact' ? [] : ['--prompt compact']),
  ];
  if (missing.length === 0) return [];
  const first = facts?.firstTurnTokens == null ? undefined : grouped(facts.firstTurnTokens);
  const takes = first === undefined ? 'a large part' : `${first} tokens`;
  const more = wish.catalog || home.profile !== null ? missing : ['--catalog', ...missing];
  return [
    {
      id: 'responses.context',
      detail: `Of a window of ${grouped(window)} tokens Codex's first turn takes ${takes}: it will compact after every few commands, or not fit at all.`,
      remedy: `${initLine({ more })}   # sends less: no tools that LMDeploy drops, and a short prompt`,
    },
  ];
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
    if (name === 'features.goals' && survives === false && !wish.isBridged) return [{ path, value: false }];
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
