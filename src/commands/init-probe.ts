import type { Note } from '../codex/notes.js';
import type { Wanted } from '../codex/plan.js';
import { PROBES } from '../doctor/checks/index.js';
import type { Examination } from '../doctor/examination.js';
import { refusalIn } from '../doctor/refusal.js';
import { runChecks } from '../doctor/run.js';
import type { Evidence } from '../lmdeploy/discover.js';
import { factsOf } from '../lmdeploy/facts.js';
import { windowBounds } from '../lmdeploy/told-window.js';
import type { ConfigFlags } from '../options.js';
import { grouped } from '../ui/grouped.js';
import { printable } from '../ui/printable.js';
import type { Terminal } from '../ui/terminal.js';
import { besideBlock } from './init-beside.js';
import { bridgeWanted } from './init-bridge.js';
import type { Extras } from './init-extras.js';
import { modelWithoutServer } from './init-model.js';

/** What came of looking at the server: what to write, and what to say. */
export interface Probed {
  readonly wanted: Wanted;
  /** What the probes found wrong. */
  readonly warnings: readonly Note[];
  /** What comes of it for the config. */
  readonly notes: readonly Note[];
  /** The model that was tried; null: none, for the server was not asked or does not serve it. */
  readonly tried: string | null;
}

/**
 * Looks at the server, unless `--offline`, and says what the config has to hold.
 *
 * @throws CliError for what stops the work (without `--force`), `model-needed`
 */
export async function probe(
  examination: Examination,
  flags: ConfigFlags,
  terminal: Terminal,
  extrasFor: (model: string) => Promise<Extras>,
): Promise<Probed> {
  const { discovery } = examination;
  const warnings = flags.offline ? [] : await tryTurns(examination, flags, terminal);
  const tried = flags.offline ? null : await discovery.model();
  const model = tried ?? modelWithoutServer(examination, flags.model);
  const evidence = await discovery.evidence();
  const facts = evidence && factsOf(evidence);
  const extras = await extrasFor(model);
  const bridge = bridgeWanted(flags, examination.settings);
  const { wanted: beside, notes } = await besideBlock(examination, flags, { model, facts, extras });
  const wanted: Wanted = {
    providerId: flags.providerId,
    model,
    baseUrl: bridge?.address ?? examination.settings.baseUrl.value,
    bridge,
    name: flags.name,
    envKey: flags.envKey === false ? null : flags.envKey,
    streamIdleTimeoutMs: flags.streamIdleTimeout,
    ...beside,
    release: facts?.release ?? null,
  };
  const tooMuch = tooLarge(examination, flags, evidence);
  return { wanted, warnings: [...warnings, ...tooMuch], notes: [...extras.notes, ...notes], tried };
}

/** Codex compacts by the window that it is told of: with too large a one the server refuses the turn before that. */
function tooLarge(
  { initLine }: Examination,
  { contextWindow }: ConfigFlags,
  evidence: Evidence | null,
): Note[] {
  const most = evidence && (factsOf(evidence).contextWindow ?? windowBounds(evidence).atMost);
  if (contextWindow === undefined || most === null || contextWindow <= most) return [];
  const [given, has] = [contextWindow, most].map(grouped);
  return [
    {
      id: 'responses.context',
      detail: `--context-window ${given} is more than the ${has} tokens that the server takes: it would refuse a turn before Codex makes room for it.`,
      remedy: `${initLine()}   # without --context-window writes what it measures`,
    },
  ];
}

async function tryTurns(examination: Examination, flags: ConfigFlags, terminal: Terminal): Promise<Note[]> {
  const { discovery, settings } = examination;
  const asking = terminal.progress(`Asking ${settings.baseUrl.value} for its models`);
  await discovery.models().finally(() => asking.done());
  // The user may be asked which one, so nothing may move on the screen meanwhile.
  const model = await discovery.model();
  const trying = terminal.progress(`Trying a turn with ${printable(model ?? 'no model')}`);
  const looking = Promise.all([runChecks(PROBES, examination), discovery.everything()]);
  const [results] = await looking.finally(() => trying.done());
  const refusal = refusalIn(results);
  if (refusal !== null && !flags.force) throw refusal;
  const { listing } = await discovery.models();
  const isUnserved = listing.state === 'listed' && model === null;
  const forced = isUnserved && flags.model !== undefined ? [notServed(flags.model)] : [];
  const found = results.flatMap(({ id, status, detail, remedy }) =>
    status === 'fail' || status === 'warn' ? [{ id, detail, remedy: remedy ?? '' }] : [],
  );
  return [...forced, ...found];
}

function notServed(model: string): Note {
  return {
    id: 'model.served',
    detail: `No turn was tried: the server does not list "${printable(model)}", which is written because of --force.`,
    remedy: 'codex-lmdeploy models   # lists what is served',
  };
}
