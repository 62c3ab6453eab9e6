import { offersApplyPatch } from '../../codex/catalog.js';
import { entryOf } from '../../codex/catalog-in-force.js';
import { isOwnCatalog, nameIn } from '../../codex/home.js';
import { readJournal } from '../../codex/journal.js';
import { topLevel } from '../../codex/provider.js';
import { CliError } from '../../errors.js';
import { explain } from '../../lmdeploy/facts.js';
import { windowBounds } from '../../lmdeploy/told-window.js';
import { grouped } from '../../ui/grouped.js';
import { printable } from '../../ui/printable.js';
import { quoted } from '../../ui/shell-word.js';
import { type Check, type Finding, fail, pass, skip, warn } from '../check.js';
import type { Examination } from '../examination.js';
import { titled } from '../titles.js';

export const catalogEntry: Check = {
  ...titled('catalog.entry'),
  requires: ['config.provider'],
  async run(examination) {
    if (examination.catalog.state === 'none') return pass('the config names none');
    return (
      catalogFault(examination) ??
      (await stale(examination)) ??
      (await wrongWindow(examination)) ??
      right(examination)
    );
  },
};

/** What makes a catalog useless as it is; null: nothing, or there is none. */
export function catalogFault(examination: Examination): Finding | null {
  const { catalog, effective, settings } = examination;
  if (catalog.state === 'none') return null;
  if (catalog.state === 'unreadable')
    return fail(
      `${catalog.place} names the model catalog ${printable(catalog.path)}, which ${catalog.why}; Codex stops there.`,
      remedyFor(
        examination,
        `take model_catalog_json out of ${quoted(catalog.place)}, or put the file there`,
      ),
    );
  const model = topLevel(effective, 'model');
  if (model === null) return null;
  const entry = entryOf(catalog, model);
  const name = `the model catalog ${printable(catalog.path)}`;
  if (entry === null)
    return fail(
      `${name} has no entry for ${printable(model)}: Codex guesses its window and everything else.`,
      remedyFor(examination, `add an entry whose slug is the model's name`),
    );
  if ((entry.base_instructions ?? '') === '')
    return fail(
      `${name} has an empty base_instructions for ${printable(model)}: the model works without any system prompt.`,
      remedyFor(examination, `put Codex's prompt into base_instructions`),
    );
  const isBridged = settings.bridge !== null;
  if (isBridged && !offersApplyPatch(entry))
    return warn(
      `${name} does not offer ${printable(model)} the tool apply_patch, which the bridge would carry.`,
      remedyFor(examination, `"apply_patch_tool_type": "freeform"`),
    );
  if (!isBridged && offersApplyPatch(entry))
    return warn(
      `${name} offers ${printable(model)} the tool apply_patch, which LMDeploy drops: it goes through a bridge only.`,
      remedyFor(
        examination,
        'take "apply_patch_tool_type" out; or codex-lmdeploy run, which brings a bridge',
      ),
    );
  if (isBridged || entry.input_modalities?.every((modality) => modality === 'text')) return null;
  return warn(
    `${name} says that ${printable(model)} reads images, and on LMDeploy one image ends the session.`,
    remedyFor(examination, `"input_modalities": ["text"]`),
  );
}

/** A catalog of ours is made again; one of the user's own is theirs to correct. */
function remedyFor(examination: Examination, byHand: string): string {
  const { catalog, home, initLine } = examination;
  if (catalog.state === 'none') return '';
  if (isOwnCatalog(home, catalog.path)) return initLine(home.profile === null ? { more: ['--catalog'] } : {});
  return `"\${EDITOR:-vi}" ${quoted(catalog.state === 'read' ? catalog.path : catalog.place.replace(/:\d+$/, ''))}   # ${byHand}`;
}

/** A catalog that was made by another Codex than the one that is installed. */
async function stale(examination: Examination): Promise<Finding | null> {
  const { catalog, home, providerId, codex } = examination;
  if (catalog.state !== 'read' || !isOwnCatalog(home, catalog.path)) return null;
  try {
    const { files } = await readJournal(home);
    const record = files[nameIn(home, catalog.path)];
    const made = record?.imprints.find(({ provider }) => provider === providerId)?.catalog;
    const version = (await codex())?.version ?? null;
    if (made === undefined || version === null || made.codex === version) return null;
    const whose = made.prompt === 'compact' ? 'what it says' : "Codex's own prompt in it";
    return warn(
      `The model catalog was made with Codex ${made.codex}, and ${version} is installed: ${whose} may be out of date.`,
      remedyFor(examination, ''),
    );
  } catch (error) {
    // config.changed says that the journal can't be read.
    if (error instanceof CliError) return null;
    throw error;
  }
}

async function wrongWindow(examination: Examination): Promise<Finding | null> {
  const { discovery, catalog, effective, configuredWindow } = examination;
  if (configuredWindow?.from !== 'catalog') return null;
  // null where the server is down, which is another check's to say.
  await discovery.lengths();
  const evidence = await discovery.evidence();
  if (evidence === null) return null;
  const { atLeast, atMost } = windowBounds(evidence);
  const window = explain(evidence).contextWindow.value;
  const [least, most] = [window ?? atLeast, window ?? atMost];
  const { tokens } = configuredWindow;
  const isWrong = (most !== null && tokens > most) || (least !== null && tokens < least);
  if (!isWrong || catalog.state !== 'read') return null;
  const has = grouped(window ?? most ?? least ?? 0);
  return warn(
    `The model catalog ${printable(catalog.path)} gives ${printable(topLevel(effective, 'model') ?? '')} a window of ${grouped(tokens)} tokens, the server has ${window === null ? 'about ' : ''}${has}.`,
    remedyFor(examination, `"context_window": ${window ?? most ?? least}`),
  );
}

function right({ catalog, effective, settings }: Examination): Finding {
  const model = topLevel(effective, 'model');
  if (catalog.state !== 'read' || model === null) return skip('the config names no model');
  const what = settings.bridge === null ? 'text only, with a prompt' : 'with apply_patch and a prompt';
  return pass(`${what}, in ${catalog.path}`);
}
