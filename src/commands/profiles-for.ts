import { codexHome } from '../codex/home.js';
import type { Journal } from '../codex/journal.js';
import type { Note } from '../codex/notes.js';
import { type OurProfile, ourProfiles, sharers } from '../codex/our-profiles.js';
import { SHARED_CATALOG } from '../codex/profile.js';
import { profileNames } from '../codex/profile-names.js';
import type { Context } from '../context.js';
import { examine } from '../doctor/examination.js';
import { serversOfProfiles } from '../doctor/profile-servers.js';
import { isNameFor, namesFor } from '../fleet/names.js';
import type { InitFlags } from '../options.js';
import { printable } from '../ui/printable.js';
import type { Terminal } from '../ui/terminal.js';
import { listedModels } from './listed-models.js';

/** A profile to be, the model that it selects, and the `/v1` root of the server that serves it. */
export interface ServedProfile {
  readonly profile: string;
  readonly model: string;
  readonly baseUrl: string;
}

/**
 * A profile for each model that the servers list. One that an earlier run made for a model keeps its name; every other
 * profile that is there, the user's own or one for another model, is not touched.
 *
 * @throws CliError for a server that can't be asked, as `models` does
 */
export async function profilesFor(
  context: Context,
  flags: InitFlags,
  terminal: Terminal,
  journal: Journal,
): Promise<{ profiles: ServedProfile[]; notes: Note[] }> {
  const ours = ourProfiles(journal, flags.providerId);
  const served = new Map<string, string>();
  const notes: Note[] = [];
  for (const server of await serversFor(context, flags, terminal, journal)) {
    const asked = server === null ? flags : { ...flags, baseUrl: server };
    const { baseUrl, models } = await listed(context, asked, terminal);
    for (const model of models) {
      const first = served.get(model);
      if (first === undefined) served.set(model, baseUrl);
      else notes.push(twice(model, first, baseUrl));
    }
  }
  const names = profileNamesFor([...served.keys()], ours, await profileNames(codexHome(context, flags)));
  const profiles = [...served].map(([model, baseUrl]) => ({
    profile: names.get(model) ?? '',
    model,
    baseUrl,
  }));
  const gone = [...ours].flatMap(([name, { model }]) =>
    model === null || served.has(model) ? [] : [unserved(name, model)],
  );
  return { profiles, notes: [...notes, ...gone] };
}

/** The servers that were named, else those that an earlier run was about; null: whichever is configured. */
async function serversFor(
  context: Context,
  flags: InitFlags,
  terminal: Terminal,
  journal: Journal,
): Promise<readonly (string | null)[]> {
  const named = namedServers(flags);
  if (named.length > 0) return named;
  if ((context.env['LMDEPLOY_BASE_URL'] ?? '') !== '') return [null];
  const earlier = [...sharers(journal, flags.providerId).keys()];
  const servers = await serversOfProfiles(context, flags, terminal, earlier);
  return servers.length > 0 ? servers.map(({ baseUrl }) => baseUrl) : [null];
}

/** The servers on the command line, each once. */
export function namedServers({ baseUrl, server = [] }: InitFlags): string[] {
  return [...new Set([...(baseUrl === undefined ? [] : [baseUrl]), ...server])];
}

function profileNamesFor(
  models: readonly string[],
  ours: ReadonlyMap<string, OurProfile>,
  there: readonly string[],
): ReadonlyMap<string, string> {
  const kept = new Map<string, string>();
  for (const [name, { model }] of ours)
    if (model !== null && models.includes(model) && isNameFor(name, model)) kept.set(model, name);
  // Where file names differ in more than their case, "First" is taken for "first" too.
  const taken = new Set([SHARED_CATALOG, ...there.map((name) => name.toLowerCase())]);
  const fresh = models.filter((model) => !kept.has(model));
  return new Map([...kept, ...namesFor(fresh, taken)]);
}

async function listed(
  context: Context,
  flags: InitFlags,
  terminal: Terminal,
): Promise<{ baseUrl: string; models: string[] }> {
  const examination = await examine(context, flags, terminal, () => async () => null);
  try {
    const models = await listedModels(examination, terminal);
    return { baseUrl: examination.settings.baseUrl.value, models: models.map(({ id }) => id) };
  } finally {
    await examination.close();
  }
}

function twice(model: string, first: string, second: string): Note {
  const roots = [first, second].map((one) => one.replace(/\/v1$/, ''));
  return {
    id: 'model.served',
    detail: `${printable(model)} is served by ${roots[0]} and by ${roots[1]}; its profile leads to the first.`,
    remedy: `codex-lmdeploy print nginx --server ${roots.join(' --server ')}   # a front for both`,
  };
}

function unserved(profile: string, model: string): Note {
  return {
    id: 'model.served',
    detail: `The profile ${profile} selects "${printable(model)}", which no server that was asked serves; it stays as it is.`,
    remedy: `codex-lmdeploy remove --profile ${profile}   # if it is not wanted any more`,
  };
}
