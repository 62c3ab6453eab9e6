import { type Once, once } from '../once.js';
import type { Client } from './client.js';
import { type Search, type Sized, searchContextLength, sizeFirstTurn } from './context-length.js';
import { listModels, type ModelsAsked, type ServedModel } from './listing.js';
import { isAnswered, type Opening, openWith } from './opening.js';
import { type OnProbe, prober } from './prober.js';
import { releaseOf } from './release.js';
import { type BareCall, callBack, callBare, callTool, type SecondTurn } from './tool-turns.js';
import type { Turn } from './turn.js';

/** What was asked of a server and what came of it; null: not asked, or senseless after what came before. */
export interface Evidence extends ModelsAsked {
  readonly baseUrl: string;
  readonly keySent: boolean;
  /** The model that the turns were tried with. */
  readonly model: string | null;
  readonly opening: Opening | null;
  readonly tool: Turn | null;
  readonly second: SecondTurn | null;
  readonly bareCall: BareCall | null;
  readonly firstTurn: Sized | null;
  readonly lengths: readonly Sized[] | null;
}

/** Names the model that turns are tried with; null: try none. */
export type ChooseModel = (served: readonly ServedModel[]) => Promise<string | null>;

/** What a look may know and do beside asking. */
export interface Look {
  /** Codex's own first request, recorded; null where there is no Codex to record. Called once, when it is wanted. */
  readonly firstTurn?: () => Promise<object | null>;
  /** The context window that the config states, in tokens. */
  readonly statedWindow?: number | null;
  /** Whether to search on where the server has more than the stated window; the default is to. */
  readonly searchFurther?: boolean;
  /** Hears which probes are in flight, each time that changes. */
  readonly onProbe?: OnProbe | undefined;
}

/**
 * One look at one server. Each question is put to it at most once, and only when somebody wants the answer; those that
 * don't need each other's answers go side by side. 12 requests and 300 generated tokens at most.
 * A server that can't be reached or understood is evidence, never an exception.
 */
export interface Discovery {
  readonly client: Client;
  models(): Promise<ModelsAsked>;
  /** The model that the turns are tried with; null where none was chosen. */
  model(): Promise<string | null>;
  opening(): Promise<Opening | null>;
  tool(): Promise<Turn | null>;
  second(): Promise<SecondTurn | null>;
  bareCall(): Promise<BareCall | null>;
  firstTurn(): Promise<Sized | null>;
  /** The inputs by which the context length was looked for. */
  lengths(): Promise<readonly Sized[] | null>;
  /** Asks all of it. */
  everything(): Promise<Evidence>;
  /** What the list and the opening tell, whatever else is asked for: the same in every look. */
  atFirst(): Promise<Evidence>;
  /** All that was asked for until now; null where nothing was. */
  evidence(): Promise<Evidence | null>;
}

/** Begins a look at the server behind `client`; `choose` is asked once, when the models are listed. */
export function discover(client: Client, choose: ChooseModel, look: Look = {}): Discovery {
  const probe = prober(look.onProbe);
  const models = once(() => listModels(client));
  const model = once(async () => {
    const { listing } = await models();
    return listing.state === 'listed' ? choose(listing.models) : null;
  });
  const opening = once(async () => {
    const name = await model();
    const { listing } = await models();
    if (name === null || listing.state !== 'listed') return null;
    return openWith(client, probe, name, listing.ofLmdeploy);
  });
  /** Goes on only with a server that answered its first turn. */
  const after = <T>(ask: (model: string, opening: Opening) => Promise<T | null>) =>
    once(async () => {
      const [name, opened] = [await model(), await opening()];
      return name !== null && opened !== null && isAnswered(opened) ? ask(name, opened) : null;
    });
  const tool = after((name) => callTool(client, probe, name));
  const second = after(async (name) => {
    const turn = await tool();
    // Where turns with tools are refused as such, a second one tells nothing new.
    return turn === null || turn.state === 'refused' ? null : callBack(client, probe, name, turn);
  });
  const bareCall = after(async (name) => callBare(client, probe, name));
  const firstTurn = after(async (name) => {
    const body = (await look.firstTurn?.()) ?? null;
    return body && sizeFirstTurn(client, probe, name, body);
  });
  const lengths = after(async (name, opened) => {
    const { listing } = await models();
    // Another server might take the input and think about it for minutes.
    if (listing.state !== 'listed' || !listing.ofLmdeploy) return null;
    return searchContextLength(client, probe, name, searchOf(look, opened));
  });
  const probes = { opening, tool, second, bareCall, firstTurn, lengths };
  const atFirst = async (): Promise<Evidence> => ({
    ...(await models()),
    baseUrl: client.baseUrl,
    keySent: client.hasKey,
    model: await model(),
    opening: await opening(),
    tool: null,
    second: null,
    bareCall: null,
    firstTurn: null,
    lengths: null,
  });
  const gathered = async (): Promise<Evidence> => ({
    ...(await models()),
    baseUrl: client.baseUrl,
    keySent: client.hasKey,
    model: await begunOrNull(model),
    opening: await begunOrNull(opening),
    tool: await begunOrNull(tool),
    second: await begunOrNull(second),
    bareCall: await begunOrNull(bareCall),
    firstTurn: await begunOrNull(firstTurn),
    lengths: await begunOrNull(lengths),
  });
  return {
    client,
    models,
    model,
    ...probes,
    atFirst,
    async everything() {
      await Promise.all(Object.values(probes).map((ask) => ask()));
      return gathered();
    },
    evidence: async () => (models.begun() ? gathered() : null),
  };
}

function searchOf({ statedWindow = null, searchFurther = true }: Look, opening: Opening): Search {
  const release = opening.empty && releaseOf(opening.empty, opening.text, opening.unstreamed);
  return { stated: statedWindow, further: searchFurther, unlimited: release === '0.14-0.15' };
}

async function begunOrNull<T>(ask: Once<T>): Promise<T | null> {
  return ask.begun() ? ask() : null;
}
