import { planFailure, readConfig } from '../codex/config.js';
import { codexHome, nameIn } from '../codex/home.js';
import type { Journal } from '../codex/journal.js';
import { layersAbove } from '../codex/layers.js';
import { type Note, overruled } from '../codex/notes.js';
import { type FilePlan, type FileSeen, type Plan, plan, type Wanted } from '../codex/plan.js';
import { planCatalog, planCatalogRemoval } from '../codex/plan-catalog.js';
import { DEFAULT_PROFILE, requireProfileFiles } from '../codex/profile.js';
import { type Context, canAsk } from '../context.js';
import type { Chooser, Examination } from '../doctor/examination.js';
import { document } from '../document.js';
import type { initDocument } from '../documents.js';
import { CliError, EXIT } from '../errors.js';
import { factsOf } from '../lmdeploy/facts.js';
import { type InitFlags, parseFlags } from '../options.js';
import { askChoice } from '../ui/prompt.js';
import { openTerminal, type Terminal } from '../ui/terminal.js';
import { examineWithExtras, type WithExtras } from './init-extras.js';
import { chooseModel } from './init-model.js';
import { askPlace } from './init-place.js';
import { probe } from './init-probe.js';
import { nextSteps, renderClosing, renderFound } from './init-words.js';
import { judge } from './judge.js';
import { propose } from './propose.js';
import { filesOf, refuseToAsk, safeNote } from './show.js';
import { finishInterrupted, type Read } from './write.js';

/** `init`: probes the server, shows the change, writes Codex's config and lets Codex load it. */
export async function init(context: Context, raw: Record<string, unknown>, url?: string): Promise<number> {
  const flags = parseFlags('init', raw, url);
  const terminal = openTerminal(context, flags);
  const isPreview = flags.dryRun || flags.check;
  const mayAsk = !isPreview && !flags.yes && !flags.json && canAsk(context);
  if (!mayAsk && !flags.yes && !isPreview) throw refuseToAsk('init', flags.json);
  if (!isPreview) await finishInterrupted(context, codexHome(context, flags), terminal);

  const { examination, extrasFor } = await open(context, flags, terminal, mayAsk);
  try {
    const { home } = examination;
    await requireReadable(examination);
    if (home.profile !== null) requireProfileFiles(await examination.codex());
    const codex = isPreview || !flags.verify ? null : judge(examination.askAgain, [home], terminal);
    const {
      wanted,
      warnings: probed,
      notes: beside,
      tried,
    } = await probe(examination, flags, terminal, extrasFor);
    if (tried !== null && probed.length === 0) terminal.note(await renderFound(examination, tried, terminal));
    const warnings = [...probed, ...beside, ...(await notesAbove(examination, wanted))];
    // Asked before the write: Ctrl-C while Codex says its version must find nothing changed.
    await examination.codex();
    const { outcome, refused } = await propose(context, flags, {
      home,
      terminal,
      codex,
      warnings,
      question: mayAsk ? `Write this to ${home.configPath}?` : null,
      draft: (journal, read) => draft(examination, journal, read, wanted),
    });
    if (outcome === null) return EXIT.done;
    const next = await nextSteps(examination, probed.length > 0 || refused.length > 0, wanted.bridge);
    const changed = outcome.plan.files.some(({ isChange }) => isChange);
    const ok = !(flags.check && changed);
    if (flags.json) {
      const evidence = await examination.discovery.evidence();
      terminal.document(
        document<typeof initDocument>({
          ok,
          changed,
          dryRun: isPreview,
          provider: flags.providerId,
          model: wanted.model,
          profile: home.profile,
          server: evidence && factsOf(evidence),
          files: filesOf(outcome),
          warnings: [...warnings, ...refused, ...outcome.plan.notes].map(safeNote),
          next,
        }),
      );
    } else for (const line of renderClosing(outcome, isPreview, next, terminal)) terminal.note(line);
    return ok ? EXIT.done : EXIT.problems;
  } finally {
    await examination.close();
  }
}

/** Where LMDeploy goes is asked first, for the rest looks at that file. */
async function open(
  context: Context,
  flags: InitFlags,
  terminal: Terminal,
  mayAsk: boolean,
): Promise<WithExtras> {
  const home = codexHome(context, flags);
  const config = mayAsk ? await readConfig(home.configPath, flags.providerId) : null;
  const wish = { providerId: flags.providerId, profile: DEFAULT_PROFILE };
  const profile = config === null ? home.profile : await askPlace(context, home, config, wish);
  const placed = profile === null ? flags : { ...flags, profile };
  const chooser: Chooser =
    ({ configuredModel }) =>
    (served) => {
      const ids = served.map(({ id }) => id);
      const ask = mayAsk ? () => askChoice(context, 'Which model should Codex use?', ids) : null;
      return chooseModel(ids, { asked: flags.model, configured: configuredModel, force: flags.force, ask });
    };
  return examineWithExtras(context, placed, terminal, chooser);
}

/** @throws CliError for a file that can't be read; where Codex sees another fault in it, in its words too */
async function requireReadable(examination: Examination): Promise<void> {
  const { config } = examination;
  if (config.state === 'unreadable') throw config.error;
  if (config.state !== 'broken') return;
  const verdict = await examination.verdict();
  const { code, message, hint, excerpt } = config.error;
  const place = /^(.+?:\d+:\d+): /.exec(message)?.[1] ?? '';
  if (verdict.state === 'unknown' || (verdict.state === 'refused' && verdict.words.startsWith(place)))
    throw config.error;
  const codex = verdict.state === 'accepted' ? 'Codex takes it all the same' : `Codex says: ${verdict.words}`;
  throw new CliError(code, `${message} (${codex})`, hint, excerpt);
}

async function notesAbove({ context, home }: Examination, wanted: Wanted): Promise<Note[]> {
  const layers = await layersAbove(context, home);
  return layers
    .map(({ path, document }) => overruled(path, document, wanted))
    .filter((note) => note !== null);
}

async function draft({ home }: Examination, journal: Journal, read: Read, wanted: Wanted): Promise<Plan> {
  const seen = async (path: string): Promise<FileSeen> => {
    return { path, text: await read(path), record: journal.files[nameIn(home, path)] ?? null };
  };
  try {
    const { files, notes } = plan(await seen(home.configPath), wanted);
    const catalog = wanted.catalog === undefined ? [] : catalogFiles(await seen(home.catalogPath), wanted);
    // A config that names a catalog which is not there would stop a Codex that starts in between.
    return { files: wanted.catalog ? [...catalog, ...files] : [...files, ...catalog], notes };
  } catch (error) {
    const { providerId } = wanted;
    const hint = `Write that part as plain "key = value" lines below [model_providers.${providerId}], then run init again.`;
    throw planFailure(home.configPath, error, hint);
  }
}

/** The catalog that is wanted; where none is, one of an earlier run goes. */
function catalogFiles(seen: FileSeen, { providerId, catalog }: Wanted): FilePlan[] {
  if (catalog != null) return [planCatalog(seen, providerId, catalog)];
  return seen.record === null ? [] : [planCatalogRemoval(seen, [providerId])];
}
