import { codexHome } from '../codex/home.js';
import type { Journal } from '../codex/journal.js';
import type { Note } from '../codex/notes.js';
import { ourProfiles } from '../codex/our-profiles.js';
import { profileNames } from '../codex/profile-names.js';
import type { Context } from '../context.js';
import { networkProxy } from '../doctor/checks/network-proxy.js';
import { keyAtHand } from '../doctor/checks/server-key.js';
import { serverKind } from '../doctor/checks/server-kind.js';
import { serverReachable } from '../doctor/checks/server-reachable.js';
import { examine } from '../doctor/examination.js';
import { refusalIn } from '../doctor/refusal.js';
import { runChecks } from '../doctor/run.js';
import { namesFor } from '../fleet/names.js';
import type { InitFlags } from '../options.js';
import { printable } from '../ui/printable.js';
import type { Terminal } from '../ui/terminal.js';

/** The catalog of all profiles that `--all-models` makes, by its name; no profile is called so. */
export const SHARED_CATALOG = 'all-models';

/** A profile to be, the model that it selects, and the server that serves it; null: the one that is configured. */
export interface ServedProfile {
  readonly profile: string;
  readonly model: string;
  readonly baseUrl: string | null;
}

/**
 * A profile for each model that the servers list. A name that is a profile of the user's own is not taken; those that an
 * earlier run made keep theirs.
 *
 * @throws CliError for a server that can't be asked, as `models` does
 */
export async function profilesFor(
  context: Context,
  flags: InitFlags,
  terminal: Terminal,
  journal: Journal,
): Promise<{ profiles: ServedProfile[]; notes: Note[] }> {
  const addresses = [...(flags.baseUrl === undefined ? [] : [flags.baseUrl]), ...(flags.server ?? [])];
  const servers: (string | null)[] = addresses.length === 0 ? [null] : [...new Set(addresses)];
  const served = new Map<string, string | null>();
  const notes: Note[] = [];
  for (const baseUrl of servers) {
    const models = await listed(context, { ...flags, ...(baseUrl !== null && { baseUrl }) }, terminal);
    for (const model of models)
      if (served.has(model)) notes.push(twice(model, served.get(model) ?? '', baseUrl ?? ''));
      else served.set(model, baseUrl);
  }
  const ours = ourProfiles(journal, flags.providerId);
  const others = (await profileNames(codexHome(context, flags))).filter((name) => !ours.has(name));
  const names = namesFor([...served.keys()], new Set([...others, SHARED_CATALOG]));
  const profiles = [...served].map(([model, baseUrl]) => ({
    profile: names.get(model) ?? '',
    model,
    baseUrl,
  }));
  const gone = [...ours].filter(([, model]) => model !== null && !served.has(model));
  return { profiles, notes: [...notes, ...gone.map(([name, model]) => unserved(name, model ?? ''))] };
}

async function listed(context: Context, flags: InitFlags, terminal: Terminal): Promise<string[]> {
  const examination = await examine(context, flags, terminal, () => async () => null);
  try {
    const asking = terminal.progress(`Asking ${examination.settings.baseUrl.value} for its models`);
    const checks = [networkProxy, serverReachable, serverKind, keyAtHand];
    const results = await runChecks(checks, examination).finally(() => asking.done());
    const refusal = await refusalIn(results, examination);
    if (refusal !== null) throw refusal;
    const { listing } = await examination.discovery.models();
    return listing.state === 'listed' ? listing.models.map(({ id }) => id) : [];
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
    detail: `The profile ${profile} selects "${printable(model)}", which is not served now; it stays as it is.`,
    remedy: `codex-lmdeploy remove --profile ${profile}`,
  };
}
