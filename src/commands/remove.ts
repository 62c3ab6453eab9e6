import { join } from 'node:path';
import { askCodex, type Verdict } from '../codex/ask.js';
import { dropBackups } from '../codex/backup.js';
import { type ConfigRead, planFailure, readConfig } from '../codex/config.js';
import { holdHome } from '../codex/hold.js';
import { type CodexHome, catalogFile, codexHome, nameIn, requireHome } from '../codex/home.js';
import { findCodex } from '../codex/installed.js';
import { type Journal, readJournal } from '../codex/journal.js';
import { sharers } from '../codex/our-profiles.js';
import type { FileSeen } from '../codex/plan.js';
import { planCatalogRemoval } from '../codex/plan-catalog.js';
import { planRemoval, type RemovalPlan } from '../codex/plan-removal.js';
import { SHARED_CATALOG } from '../codex/profile.js';
import { DEFAULT_ENV_KEY, DEFAULT_PROVIDER_ID, keyVariablesIn } from '../codex/provider.js';
import { isAsLeft } from '../codex/record.js';
import { type Context, canAsk } from '../context.js';
import { document } from '../document.js';
import type { removeDocument } from '../documents.js';
import { EXIT } from '../errors.js';
import { once } from '../once.js';
import { parseFlags, type RemoveFlags } from '../options.js';
import { askYesNo } from '../ui/prompt.js';
import { openTerminal, type Terminal } from '../ui/terminal.js';
import { withChosenProfile } from './choose-profile.js';
import { judge } from './judge.js';
import { renderKept, renderRemoved } from './remove-words.js';
import { filesOf, refuseToAsk, safeNote, showDiffs, showNotes } from './show.js';
import {
  finishInterrupted,
  type Outcome,
  type Proposal,
  preview,
  type Read,
  sayWaiting,
  write,
} from './write.js';

/** `remove`: puts back what stood there before the first `init`, and leaves what is the user's. */
export async function remove(context: Context, raw: Record<string, unknown>): Promise<number> {
  // What is gone already is no error for a script.
  const flags = await withChosenProfile(context, parseFlags('remove', raw), false);
  const terminal = openTerminal(context, flags);
  const home = codexHome(context, flags);
  await requireHome(home);
  const mayAsk = !flags.dryRun && !flags.yes && !flags.json && canAsk(context);
  if (!flags.dryRun) await finishInterrupted(context, home, terminal);

  const journal = await readJournal(home);
  const names = namesIn(journal, home, flags);
  const isMine = names.some((name) => concerns(journal, name, flags));
  if (isMine && !mayAsk && !flags.yes && !flags.dryRun) throw refuseToAsk('remove', flags.json);
  const configs = configsOf(context, flags, names);
  const read = await Promise.all(
    configs.map(({ configPath }) => readConfig(configPath, DEFAULT_PROVIDER_ID)),
  );
  // Codex would say the same in other words.
  for (const one of isMine ? read : []) if (one.state === 'broken') throw one.error;
  const ask = asking(context, keyVariables(read));
  const codex = flags.dryRun || !flags.verify || !isMine ? null : judge(ask, configs, terminal);
  let warnings = (await codex?.before()) ?? [];
  showNotes(warnings, terminal);

  let planned = journal;
  const proposal: Proposal<RemovalPlan> = {
    context,
    home,
    terminal,
    draft(now, read) {
      planned = now;
      return draft(home, now, read, flags);
    },
    show({ files, kept }) {
      if (!flags.json) showDiffs(files, flags.dryRun, mayAsk, terminal);
      for (const line of renderKept(kept, terminal)) terminal.note(line);
    },
    ask: mayAsk ? () => askYesNo(context, 'Remove this?') : null,
    async verify() {
      warnings = (await codex?.after()) ?? [];
      showNotes(warnings, terminal);
    },
  };
  const outcome = await (flags.dryRun ? preview(proposal) : write(proposal));
  if (outcome === null) {
    terminal.note('Nothing was written.');
    return EXIT.done;
  }
  const { files, kept } = outcome.plan;
  const isAsBefore =
    !flags.dryRun && isRestored(home, outcome.plan, planned) && (await dropCopies(context, home, terminal));
  const shown = isAsBefore ? withoutCopies(outcome) : outcome;
  if (flags.json)
    terminal.document(
      document<typeof removeDocument>({
        ok: true,
        changed: files.some(({ isChange }) => isChange),
        dryRun: flags.dryRun,
        provider: flags.all ? null : flags.providerId,
        profile: home.profile,
        files: filesOf(shown),
        kept: kept.map(({ file, path, why }) => ({ file, key: path.join('.'), why })),
        warnings: warnings.map(safeNote),
      }),
    );
  else for (const line of renderRemoved(shown, flags, journal, terminal)) terminal.note(line);
  return EXIT.done;
}

/** Whether the plan made every file byte for byte what it was before the first `init`. */
function isRestored(home: CodexHome, { files, kept }: RemovalPlan, before: Journal): boolean {
  const changed = files.filter(({ isChange }) => isChange);
  if (changed.length === 0 || kept.length > 0) return false;
  return changed.every(({ path, before: text }) => {
    const record = before.files[nameIn(home, path)];
    return record !== undefined && text !== null && isAsLeft(text, record);
  });
}

/** Takes the copies away where nothing of ours is left in the home: then they hold nothing more than the files. */
async function dropCopies(context: Context, home: CodexHome, terminal: Terminal): Promise<boolean> {
  return holdHome(context, home, sayWaiting(terminal), async ({ journal }) => {
    const isEmpty = Object.keys(journal.files).length === 0;
    if (isEmpty) await dropBackups(home);
    return isEmpty;
  });
}

function withoutCopies(outcome: Outcome<RemovalPlan>): Outcome<RemovalPlan> {
  return { ...outcome, applied: outcome.applied.map((one) => ({ ...one, backup: null })) };
}

/** The files in question, by their names in the home; catalogs last, for a config without its catalog stops Codex. */
function namesIn(journal: Journal, home: CodexHome, { all, providerId }: RemoveFlags): string[] {
  if (!all) {
    const own = [home.configPath, home.catalogPath].map((path) => nameIn(home, path));
    const sharing = [...sharers(journal, providerId).keys()];
    const isLast = sharing.every((name) => name === home.profile);
    return isLast ? [...own, catalogFile(SHARED_CATALOG)] : own;
  }
  const isCatalog = (name: string) => Number(!name.endsWith('.toml'));
  return Object.keys(journal.files).sort((a, b) => isCatalog(a) - isCatalog(b));
}

function concerns(journal: Journal, name: string, { all, providerId }: RemoveFlags): boolean {
  const imprints = journal.files[name]?.imprints ?? [];
  return all ? imprints.length > 0 : imprints.some(({ provider }) => provider === providerId);
}

async function draft(
  home: CodexHome,
  journal: Journal,
  read: Read,
  flags: RemoveFlags,
): Promise<RemovalPlan> {
  const files = namesIn(journal, home, flags).map(async (name) => {
    const path = join(home.path, name);
    const record = journal.files[name] ?? null;
    const providers = flags.all
      ? (record?.imprints ?? []).map(({ provider }) => provider)
      : [flags.providerId];
    try {
      const seen = { path, text: record === null ? null : await read(path), record };
      if (!name.endsWith('.toml')) return removalOfCatalog(seen, providers);
      return planRemoval(seen, providers);
    } catch (error) {
      const backup = join(home.ownFolder, 'backup');
      throw planFailure(path, error, `Take that part out by hand; the old file is in ${backup}.`);
    }
  });
  const plans = await Promise.all(files);
  return {
    files: plans.flatMap((one) => one.files),
    notes: [],
    kept: plans.flatMap((one) => one.kept),
  };
}

function removalOfCatalog(seen: FileSeen, providers: readonly string[]): RemovalPlan {
  if (seen.record === null) return { files: [], notes: [], kept: [] };
  const { isEdited, ...file } = planCatalogRemoval(seen, providers);
  const kept = isEdited ? [{ file: seen.path, path: ['models'] as const, why: 'changed' as const }] : [];
  return { files: [file], notes: [], kept };
}

/** One home for each config: a profile is asked about by its name. */
function configsOf(
  context: Context,
  { codexHome: folder }: RemoveFlags,
  names: readonly string[],
): CodexHome[] {
  const configs = names.filter((name) => name.endsWith('.toml'));
  return configs.map((name) => {
    const profile = /^(.+)\.config\.toml$/.exec(name)?.[1] ?? null;
    return codexHome(context, { codexHome: folder, profile });
  });
}

function asking(context: Context, keyVariables: readonly string[]): (config: CodexHome) => Promise<Verdict> {
  const codex = once(() => findCodex(context));
  return async (config) => {
    const installed = await codex();
    if (installed === null) return { state: 'unknown', why: 'no Codex is installed' };
    return askCodex(context, installed, config, keyVariables);
  };
}

/** The variables that hold keys, as the configs name them before anything is removed. */
function keyVariables(configs: readonly ConfigRead[]): string[] {
  const named = configs.flatMap((one) => (one.state === 'read' ? keyVariablesIn(one.document) : []));
  return [DEFAULT_ENV_KEY, ...named];
}
