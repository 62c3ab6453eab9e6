import { planFailure } from '../codex/config.js';
import { type CodexHome, codexHome, nameIn } from '../codex/home.js';
import type { Journal } from '../codex/journal.js';
import { sharers } from '../codex/our-profiles.js';
import { type FilePlan, type FileSeen, type Plan, plan, type Wanted } from '../codex/plan.js';
import { planCatalog, planCatalogRemoval } from '../codex/plan-catalog.js';
import { SHARED_CATALOG } from '../codex/profile.js';
import type { Context } from '../context.js';
import type { CommonFlags } from '../options.js';
import { mergeCatalogs } from './merge-catalogs.js';
import type { Read } from './write.js';

/** What is to stand in one of several profiles. */
export interface ProfileDraft {
  /** Of the profile, with the catalog that all of them share. */
  readonly home: CodexHome;
  readonly wanted: Wanted;
}

/** Where a profile is that goes by the catalog of all. */
export function sharedHome(context: Context, flags: CommonFlags, profile: string): CodexHome {
  return codexHome(context, { ...flags, profile, catalogName: SHARED_CATALOG });
}

/**
 * What has to change in all profiles, in their catalog, and in one that an earlier run made for a profile alone. What the
 * catalog has for profiles of earlier runs stays in it.
 *
 * @throws CliError for a file that can't be read or changed safely
 */
export async function draftAll(
  context: Context,
  profiles: readonly ProfileDraft[],
  journal: Journal,
  read: Read,
): Promise<Plan> {
  const seen = async (home: CodexHome, path: string): Promise<FileSeen> => {
    return { path, text: await read(path), record: journal.files[nameIn(home, path)] ?? null };
  };
  const files: FilePlan[] = [];
  const dropped: FilePlan[] = [];
  const notes: Plan['notes'][number][] = [];
  for (const { home, wanted } of profiles) {
    try {
      const planned = plan(await seen(home, home.configPath), wanted);
      files.push(...planned.files);
      notes.push(...planned.notes);
    } catch (error) {
      const hint = `Write that part as plain "key = value" lines below [model_providers.${wanted.providerId}], then run init again.`;
      throw planFailure(home.configPath, error, hint);
    }
    const own = await seen(
      home,
      codexHome(context, { codexHome: home.path, profile: home.profile }).catalogPath,
    );
    if (own.record !== null && wanted.catalog !== undefined)
      dropped.push(planCatalogRemoval(own, [wanted.providerId]));
  }
  const [first] = profiles;
  if (first === undefined) return { files, notes };
  const { home, wanted } = first;
  const file = await seen(home, home.catalogPath);
  const before = {
    text: file.text,
    made: file.record?.imprints.find(({ provider }) => provider === wanted.providerId)?.catalog,
  };
  const made = profiles.flatMap((one) => one.wanted.catalog ?? []);
  const catalog = mergeCatalogs(made, before, modelsBeside(journal, profiles));
  // A config that names a catalog which is not there would stop a Codex that starts in between.
  if (catalog !== null)
    return { files: [planCatalog(file, wanted.providerId, catalog), ...files, ...dropped], notes };
  if (file.record !== null) dropped.push(planCatalogRemoval(file, [wanted.providerId]));
  return { files: [...files, ...dropped], notes };
}

/** The models of the profiles that go by the catalog too, whatever provider they are for. */
function modelsBeside(journal: Journal, profiles: readonly ProfileDraft[]): Set<string> {
  const names = profiles.map(({ home }) => home.profile);
  const providers = Object.values(journal.files).flatMap(({ imprints }) =>
    imprints.map(({ provider }) => provider),
  );
  const others = [...new Set(providers)].flatMap((provider) => [...sharers(journal, provider)]);
  return new Set(
    others.flatMap(([name, { model }]) => (names.includes(name) || model === null ? [] : [model])),
  );
}
