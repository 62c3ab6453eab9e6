import { requireHome } from '../codex/home.js';
import type { Context } from '../context.js';
import { document } from '../document.js';
import type { printCatalogDocument } from '../documents.js';
import { CliError, EXIT } from '../errors.js';
import { parseFlags } from '../options.js';
import { openTerminal } from '../ui/terminal.js';
import { makeCatalog } from './init-catalog.js';
import { examineWithExtras } from './init-extras.js';
import { probe } from './init-probe.js';
import { withoutAsking } from './print-config.js';
import { safeNote, showNotes } from './show.js';

/** `print catalog`: the model's entry as `init --catalog` would write it. */
export async function printCatalog(
  context: Context,
  raw: Record<string, unknown>,
  url?: string,
): Promise<number> {
  const flags = { ...parseFlags('print', raw, url), catalog: true, lean: false };
  const terminal = openTerminal(context, flags);
  const { examination, extrasFor } = await examineWithExtras(context, flags, terminal, withoutAsking(flags));
  try {
    await requireHome(examination.home);
    const { wanted, warnings } = await probe(examination, flags, terminal, extrasFor);
    const { model, contextWindow } = wanted;
    const { base } = await extrasFor(model);
    const { catalog, notes } = await makeCatalog(examination, base, [model], contextWindow?.tokens ?? null);
    const all = [...warnings, ...notes];
    showNotes(all, terminal);
    if (catalog === null)
      throw new CliError(
        'no-catalog',
        'There is no catalog to print: its prompt and its fields come from the installed Codex.',
        'npm install -g @openai/codex, then again.',
      );
    const { models } = JSON.parse(catalog.text) as { models: [{ slug: string }] };
    const [entry] = models;
    if (flags.json)
      terminal.document(
        document<typeof printCatalogDocument>({ ok: true, model, entry, warnings: all.map(safeNote) }),
      );
    else terminal.data(JSON.stringify(entry, null, 2));
    return EXIT.done;
  } finally {
    await examination.close();
  }
}
