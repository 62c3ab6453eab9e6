import { entryOf } from '../codex/catalog-in-force.js';
import { topLevel } from '../codex/provider.js';
import { networkProxy } from '../doctor/checks/network-proxy.js';
import { serverKey } from '../doctor/checks/server-key.js';
import { serverKind } from '../doctor/checks/server-kind.js';
import { serverReachable } from '../doctor/checks/server-reachable.js';
import type { Examination } from '../doctor/examination.js';
import { refusalIn } from '../doctor/refusal.js';
import { runChecks } from '../doctor/run.js';
import { waitForServer } from '../doctor/wait.js';
import { discover } from '../lmdeploy/discover.js';
import { factsOf } from '../lmdeploy/facts.js';
import { printable } from '../ui/printable.js';
import type { Terminal } from '../ui/terminal.js';
import { chooseModel, type ModelWish } from './init-model.js';

const CHECKS = [networkProxy, serverReachable, serverKind, serverKey];

/** What a session goes by, of what the server serves. */
export interface Target {
  readonly model: string;
  readonly served: readonly string[];
  /** In tokens: as the config states it, else as measured; null: neither. */
  readonly contextWindow: number | null;
  /** What the config does not say of this model on this server; null: it was made for just them. */
  readonly measured: Measured | null;
  /** Whether the config names a model catalog that knows the model. */
  readonly hasCatalog: boolean;
}

interface Measured {
  /** In tokens; null: not known. */
  readonly contextWindow: number | null;
  /** false: a call without arguments ends a session on this server, and Codex's goals are such calls. */
  readonly goals: boolean | null;
}

/**
 * Asks the server for its models.
 *
 * @param wait how long to wait before until it answers, in seconds; undefined: not at all
 * @throws CliError for what stops the work, in the words of `init`
 */
export async function reachServer(
  examination: Examination,
  wait: number | undefined,
  terminal: Terminal,
): Promise<void> {
  const { value: baseUrl } = examination.settings.baseUrl;
  const missed = wait === undefined ? null : await waitForServer(examination, wait, terminal);
  if (missed !== null) terminal.note(`Waited ${wait} s for ${baseUrl}: ${missed}`);
  const asking = terminal.progress(`Asking ${baseUrl} for its models`);
  await requireServer(examination).finally(() => asking.done());
}

/**
 * Finds out which of the served models is meant, and what Codex has to know of it. Where the config was not made for
 * this model on this server, a few turns tell what `init` would have written.
 *
 * @throws CliError for what stops the work, in the words of `init`; as `chooseModel` does
 */
export async function findTarget(
  examination: Examination,
  wish: Pick<ModelWish, 'asked' | 'ask'>,
  terminal: Terminal,
): Promise<Target> {
  const { discovery, settings } = examination;
  const { listing } = await discovery.models();
  const served = listing.state === 'listed' ? listing.models.map(({ id }) => id) : [];
  const configured = configuredIn(examination, served);
  const model = await chooseModel(served, { ...wish, configured, force: false });
  if (model === null) throw new Error('no model was chosen, although none was forced');
  const { configuredModel, configuredWindow, catalog } = examination;
  const isItsServer = settings.configured === settings.baseUrl.value;
  const isSetUp = isItsServer && model === configuredModel && configuredWindow !== null;
  const measured = isSetUp ? null : await measure(examination, model, terminal);
  const contextWindow = isSetUp ? configuredWindow.tokens : (measured?.contextWindow ?? null);
  const hasCatalog = isItsServer && configuredModel !== null && entryOf(catalog, model) !== null;
  return { model, served, contextWindow, measured, hasCatalog };
}

/** Of the models that a project and the user's own files name on our provider the first that is served. */
function configuredIn({ effective, configuredModel, providerId }: Examination, served: readonly string[]) {
  const isOurs = topLevel(effective, 'model_provider') === providerId;
  const named = [isOurs ? topLevel(effective, 'model') : null, configuredModel];
  return named.find((model) => model !== null && served.includes(model)) ?? null;
}

async function requireServer(examination: Examination): Promise<void> {
  const refusal = refusalIn(await runChecks(CHECKS, examination));
  if (refusal !== null) throw refusal;
}

async function measure(examination: Examination, model: string, terminal: Terminal): Promise<Measured> {
  const trying = terminal.progress(`Trying a turn with ${printable(model)}`);
  const discovery = discover(examination.discovery.client, async () => model, {
    onProbe: (inFlight) => inFlight.length > 0 && terminal.update(`Trying ${inFlight.join(', ')}`),
  });
  try {
    await Promise.all([
      requireServer({ ...examination, discovery }),
      discovery.lengths(),
      discovery.bareCall(),
    ]);
    const evidence = await discovery.evidence();
    if (evidence === null) return { contextWindow: null, goals: null };
    const { contextWindow, responses } = factsOf(evidence);
    return { contextWindow, goals: responses.emptyArguments };
  } finally {
    trying.done();
  }
}
