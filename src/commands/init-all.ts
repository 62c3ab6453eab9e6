import { type CodexHome, codexHome } from '../codex/home.js';
import { readJournal } from '../codex/journal.js';
import type { Note } from '../codex/notes.js';
import { requireProfileFiles } from '../codex/profile.js';
import { type Context, canAsk } from '../context.js';
import type { Examination } from '../doctor/examination.js';
import { document } from '../document.js';
import type { initDocument } from '../documents.js';
import { CliError, EXIT } from '../errors.js';
import { factsOf, type ServerFacts } from '../lmdeploy/facts.js';
import { type InitFlags, parseFlags } from '../options.js';
import { openTerminal, type Terminal } from '../ui/terminal.js';
import { draftAll, type ProfileDraft, sharedHome } from './draft-all.js';
import { examineWithExtras } from './init-extras.js';
import { probe } from './init-probe.js';
import { nextSteps, renderClosing } from './init-words.js';
import { judge } from './judge.js';
import { type ModelNote, notesByModel } from './notes-by-model.js';
import { namedServers, profilesFor, type ServedProfile } from './profiles-for.js';
import { propose } from './propose.js';
import { filesOf, refuseToAsk, safeNote } from './show.js';
import { finishInterrupted } from './write.js';

/** One of the profiles, as the look at its server wants it. */
interface ProfileWanted extends ProfileDraft {
  readonly profile: string;
  readonly facts: ServerFacts;
  readonly examination: Examination;
  /** What its turns lack. */
  readonly warnings: readonly ModelNote[];
  /** What comes of it for the profile. */
  readonly notes: readonly ModelNote[];
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
    for (const one of served) {
      const made = await lookAt(context, flags, terminal, one);
      ending.push(made.examination);
      profiles.push(made);
    }
    const about = notesByModel(profiles.flatMap((one) => [...one.warnings, ...one.notes]));
    const warnings: Note[] = [...found, ...about];
    const [first] = profiles;
    if (first === undefined)
      throw new CliError('model-not-served', 'No model is served.', 'lmdeploy serve api_server MODEL');
    requireProfileFiles(await first.examination.codex());
    const homes = profiles.map((one) => one.home);
    const codex =
      isPreview || !flags.verify ? null : judge((config) => askOf(profiles, config), homes, terminal);
    const { outcome, refused } = await propose(context, flags, {
      home,
      terminal,
      codex,
      warnings,
      question: mayAsk ? `Write these ${profiles.length} profiles?` : null,
      draft: (journal, read) => draftAll(context, profiles, journal, read),
    });
    if (outcome === null) return EXIT.done;
    const faulty = profiles.find((one) => one.warnings.length > 0);
    const { examination, wanted } = faulty ?? first;
    const isWrong = faulty !== undefined || refused.length > 0;
    const steps = await nextSteps(examination, isWrong, wanted.bridge);
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
function requireNothingElse(flags: InitFlags): void {
  const { allModels, model, profile, offline, bridge } = flags;
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
  if (typeof bridge === 'number' && namedServers(flags).length > 1)
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
): Promise<ProfileWanted> {
  const home = sharedHome(context, flags, profile);
  const its = { ...flags, profile, baseUrl };
  const choose = () => async () => model;
  const { examination, extrasFor } = await examineWithExtras(context, its, terminal, choose, home);
  try {
    const { config } = examination;
    if (config.state === 'broken' || config.state === 'unreadable') throw config.error;
    const { wanted, warnings, notes } = await probe(examination, its, terminal, extrasFor);
    const facts = factsOf(await examination.discovery.everything());
    const named = (all: readonly Note[]) => all.map((note) => ({ model, server: baseUrl, note }));
    return {
      profile,
      home,
      wanted,
      facts,
      examination,
      warnings: named(warnings),
      notes: named(notes),
    };
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
