import { offersApplyPatch, withApplyPatch } from '../codex/catalog.js';
import type { ReadEntry } from '../codex/catalog-in-force.js';
import type { Setting } from '../codex/turn-shape.js';
import type { Examination } from '../doctor/examination.js';
import type { Terminal } from '../ui/terminal.js';
import { makeCatalog } from './init-catalog.js';
import { prepareExtras } from './init-extras.js';
import type { Target } from './run-probe.js';

/** What a session gets beside the documented block. */
export interface SessionExtras {
  /** The text of a model catalog; null: the config has one, or this Codex takes none. */
  readonly catalog: string | null;
  /** What Codex can do without on LMDeploy. */
  readonly lean: readonly Setting[];
}

/**
 * What `init --profile` would write beside the block, as far as the config lacks it: a model catalog, and lean switches
 * where the config is not one for LMDeploy. A bridge carries more, so that less is switched off and the catalog that is
 * there gets the tool that it lacks. Recorded once for each Codex; one that can't be recorded goes without.
 */
export async function extrasFor(
  examination: Examination,
  { model, served, contextWindow, hasCatalog }: Target,
  terminal: Terminal,
  isBridged: boolean,
): Promise<SessionExtras> {
  const { catalog: configured, configuredModel } = examination;
  const lacks = { catalog: !hasCatalog, lean: configuredModel === null };
  const wish = { ...lacks, prompt: 'codex', isBridged } as const;
  const looking = terminal.progress('Looking at what Codex sends');
  try {
    const { base, lean } = await prepareExtras(examination, wish, model);
    const models = [model, ...served.filter((one) => one !== model)];
    const { catalog } = await makeCatalog(examination, base, models, contextWindow);
    const own = isBridged && hasCatalog && configured.state === 'read' ? completed(configured.entries) : null;
    return { catalog: catalog?.text ?? own, lean: lean?.switches ?? [] };
  } finally {
    looking.done();
  }
}

/** A catalog whose entries all have the tool; null: they have it. */
function completed(entries: readonly ReadEntry[]): string | null {
  return entries.every(offersApplyPatch) ? null : withApplyPatch(entries);
}
