import { planFailure } from '../codex/config.js';
import { type CodexHome, codexHome, nameIn } from '../codex/home.js';
import { type Journal, readJournal } from '../codex/journal.js';
import type { Note } from '../codex/notes.js';
import { type FileSeen, type Plan, plan, type Wanted } from '../codex/plan.js';
import { planCatalog, planCatalogRemoval } from '../codex/plan-catalog.js';
import { requireProfileFiles } from '../codex/profile.js';
import { type Context, canAsk } from '../context.js';
import type { Examination } from '../doctor/examination.js';
import { document } from '../document.js';
import type { initDocument } from '../documents.js';
import { CliError, EXIT } from '../errors.js';
import { factsOf, type ServerFacts } from '../lmdeploy/facts.js';
import { type InitFlags, parseFlags } from '../options.js';
import { printable } from '../ui/printable.js';
import { askYesNo } from '../ui/prompt.js';
import { openTerminal, type Terminal } from '../ui/terminal.js';
import { examineWithExtras } from './init-extras.js';
import { probe } from './init-probe.js';
import { nextSteps, renderClosing } from './init-words.js';
import { judge } from './judge.js';
import { mergeCatalogs } from './merge-catalogs.js';
import { profilesFor, type ServedProfile, SHARED_CATALOG } from './profiles-for.js';
import { filesOf, refuseToAsk, safeNote, showDiffs, showNotes } from './show.js';
import { finishInterrupted, type Proposal, preview, type Read, write } from './write.js';

/** One of the profiles, as the look at its server wants it. */
interface ProfileWanted {
  readonly profile: string;
  readonly home: CodexHome;
  readonly wanted: Wanted;
  readonly facts: ServerFacts;
  readonly examination: Examination;
}

/**
 * `init --all-models`: a profile for each model that the servers serve, and one catalog for all of them, in one
 * transaction. `config.toml` stays as it is.
 */
export async function initAll(context: Context, raw: Record<string, unknown>, url?: string): Promise<number> {
  const flags = parseFlags('init', raw, url);
  const terminal = openTerminal(context, flags);
  requireNothingElse(flags);
  const isPreview = flags.dryRun || flags.check;
  const mayAsk = !isPreview && !flags.yes && !flags.json && canAsk(context);
  if (!mayAsk && !flags.yes && !isPreview) throw refuseToAsk('init', flags.json);
  const home = codexHome(context, flags);
  if (!isPreview) await finishInterrupted(context, home, terminal);

  const ending: Examination[] = [];
  try {
    const { profiles: served, notes: found } = await profilesFor(
      context,
      flags,
      terminal,
      await readJournal(home),
    );
    const profiles: ProfileWanted[] = [];
    const warnings: Note[] = [...found];
    for (const one of served) {
      const { made, notes } = await lookAt(context, flags, terminal, one);
      ending.push(made.examination);
      profiles.push(made);
      warnings.push(...notes);
    }
    const [first] = profiles;
    if (first === undefined)
      throw new CliError('model-not-served', 'No model is served.', 'lmdeploy serve api_server MODEL');
    requireProfileFiles(await first.examination.codex());
    const homes = profiles.map((one) => one.home);
    const codex =
      isPreview || !flags.verify ? null : judge((config) => askOf(profiles, config), homes, terminal);
    let refused = (await codex?.before()) ?? [];
    showNotes([...warnings, ...refused], terminal);
    const proposal: Proposal<Plan> = {
      context,
      home,
      terminal,
      draft: (journal, read) => draft(flags.providerId, profiles, journal, read),
      show({ files, notes }) {
        showNotes(notes, terminal);
        if (!flags.json) showDiffs(files, isPreview, mayAsk, terminal);
      },
      ask: mayAsk ? () => askYesNo(context, `Write these ${profiles.length} profiles?`) : null,
      async verify() {
        refused = (await codex?.after()) ?? [];
        showNotes(refused, terminal);
      },
    };
    const outcome = await (isPreview ? preview(proposal) : write(proposal));
    if (outcome === null) {
      terminal.note('Nothing was written.');
      return EXIT.done;
    }
    const steps = await nextSteps(first.examination, refused.length > 0, first.wanted.bridge);
    const next = [...steps.slice(0, -1), ...profiles.map(({ profile }) => `codex --profile ${profile}`)];
    const changed = outcome.plan.files.some(({ isChange }) => isChange);
    const ok = !(flags.check && changed);
    if (flags.json)
      terminal.document(
        document<typeof initDocument>({
          ok,
          changed,
          dryRun: isPreview,
          provider: flags.providerId,
          model: null,
          profile: null,
          profiles: profiles.map(({ profile, wanted, facts }) => ({
            profile,
            model: wanted.model,
            server: facts,
          })),
          server: null,
          files: filesOf(outcome),
          warnings: [...warnings, ...refused, ...outcome.plan.notes].map(safeNote),
          next,
        }),
      );
    else for (const line of renderClosing(outcome, isPreview, next, terminal)) terminal.note(line);
    return ok ? EXIT.done : EXIT.problems;
  } finally {
    await Promise.all(ending.map((one) => one.close()));
  }
}

/** @throws CliError `usage` for what has no place beside `--all-models` */
function requireNothingElse({ allModels, model, profile, offline, server, bridge }: InitFlags): void {
  const refuse = (why: string, hint: string) => new CliError('usage', why, hint);
  if (!allModels)
    throw refuse(
      '--server names the servers of --all-models, and that is not there.',
      'Add --all-models, or give the one server as [url].',
    );
  if (model !== undefined)
    throw refuse('--model names one model, and --all-models is about each.', 'Leave one of them out.');
  if (profile !== undefined)
    throw refuse(
      '--profile names one profile; with --all-models their names come from the models.',
      'Leave one of them out.',
    );
  if (offline)
    throw refuse('--offline asks no server, and only a server knows its models.', 'Leave one of them out.');
  if (typeof bridge === 'number' && (server?.length ?? 0) > 1)
    throw refuse(
      'A bridge leads to one server, and several are given.',
      'Run init --all-models for each, with a port of its own: --bridge PORT',
    );
}

async function lookAt(
  context: Context,
  flags: InitFlags,
  terminal: Terminal,
  { profile, model, baseUrl }: ServedProfile,
): Promise<{ made: ProfileWanted; notes: Note[] }> {
  const home = codexHome(context, { ...flags, profile, catalogName: SHARED_CATALOG });
  const its = { ...flags, profile, ...(baseUrl !== null && { baseUrl }) };
  const choose = () => async () => model;
  const { examination, extrasFor } = await examineWithExtras(context, its, terminal, choose, home);
  try {
    const { config } = examination;
    if (config.state === 'broken' || config.state === 'unreadable') throw config.error;
    const { wanted, warnings, notes } = await probe(examination, its, terminal, extrasFor);
    const facts = factsOf(await examination.discovery.everything());
    const named = [...warnings, ...notes].map((note) => ({
      ...note,
      detail: `${printable(model)}: ${note.detail}`,
    }));
    return { made: { profile, home, wanted, facts, examination }, notes: named };
  } catch (error) {
    await examination.close();
    throw error;
  }
}

function askOf(profiles: readonly ProfileWanted[], config: CodexHome) {
  const one = profiles.find(({ home }) => home.configPath === config.configPath) ?? profiles[0];
  if (one === undefined) throw new Error('a profile is judged that was not looked at');
  return one.examination.askAgain();
}

async function draft(
  providerId: string,
  profiles: readonly ProfileWanted[],
  journal: Journal,
  read: Read,
): Promise<Plan> {
  const plans: Plan[] = [];
  for (const { home, wanted } of profiles) {
    try {
      plans.push(plan(await seen(home, home.configPath, journal, read), wanted));
    } catch (error) {
      const hint = `Write that part as plain "key = value" lines below [model_providers.${providerId}], then run init again.`;
      throw planFailure(home.configPath, error, hint);
    }
  }
  const files = plans.flatMap((one) => one.files);
  const notes = plans.flatMap((one) => one.notes);
  const [first] = profiles;
  if (first === undefined) return { files, notes };
  const file = await seen(first.home, first.home.catalogPath, journal, read);
  const catalog = mergeCatalogs(profiles.flatMap(({ wanted }) => wanted.catalog ?? []));
  if (catalog === null)
    return {
      files: file.record === null ? files : [...files, planCatalogRemoval(file, [providerId])],
      notes,
    };
  // A config that names a catalog which is not there would stop a Codex that starts in between.
  return { files: [planCatalog(file, providerId, catalog), ...files], notes };
}

async function seen(home: CodexHome, path: string, journal: Journal, read: Read): Promise<FileSeen> {
  return { path, text: await read(path), record: journal.files[nameIn(home, path)] ?? null };
}
