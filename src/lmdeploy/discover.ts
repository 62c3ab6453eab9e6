import { once } from '../once.js';
import type { Client, Reply } from './client.js';
import { listModels, type ModelsAsked, type ServedModel } from './listing.js';
import { emptyInput, textTurn, toolTurn } from './requests.js';
import { lacksResponsesApi, lacksToolParser, type Turn, takeTurn, takeUnstreamedTurn } from './turn.js';

/** What the probes of turns saw; null: not sent, because what came before made it senseless. */
export interface Turns {
  /** What came of an empty input, by which the release is told; null: not sent to a server that is no LMDeploy. */
  readonly empty: Reply | null;
  readonly text: Turn;
  /** The text turn once more, in one piece; sent where the stream was broken, to tell a broken server from a broken way. */
  readonly unstreamed: Turn | null;
  readonly tool: Turn | null;
  /** Whether `/nodes/status` answered, which only `lmdeploy serve proxy` does; asked where there is no Responses API. */
  readonly isProxy: boolean;
}

/** The evidence that the facts about a server are drawn from. */
export interface Evidence extends ModelsAsked {
  readonly baseUrl: string;
  readonly keySent: boolean;
  readonly turns: Turns | null;
}

/** Names the model that turns are tried with; null: try none. */
export type ChooseModel = (served: readonly ServedModel[]) => Promise<string | null>;

/**
 * One look at one server. Each question is put to it at most once, and only when somebody wants the answer.
 * A server that can't be reached or understood is evidence, never an exception.
 */
export interface Discovery {
  readonly client: Client;
  models(): Promise<ModelsAsked>;
  /** The model that the turns are tried with; null where none was chosen. */
  model(): Promise<string | null>;
  turns(): Promise<Turns | null>;
  /** All that was asked for until now; null where nothing was. */
  evidence(): Promise<Evidence | null>;
}

/** Begins a look at the server behind `client`; `choose` is asked once, when the models are listed. */
export function discover(client: Client, choose: ChooseModel): Discovery {
  const models = once(() => listModels(client));
  const model = once(async () => {
    const { listing } = await models();
    return listing.state === 'listed' ? choose(listing.models) : null;
  });
  const turns = once(async () => {
    const name = await model();
    const { listing } = await models();
    return name === null ? null : tryTurns(client, name, listing.state === 'listed' && listing.ofLmdeploy);
  });
  return {
    client,
    models,
    model,
    turns,
    async evidence() {
      if (!models.begun()) return null;
      const asked = await models();
      return {
        baseUrl: client.baseUrl,
        keySent: client.hasKey,
        ...asked,
        turns: turns.begun() ? await turns() : null,
      };
    },
  };
}

/** A text turn, then one that calls a tool; no further one after a turn that got no answer. */
async function tryTurns(client: Client, model: string, ofLmdeploy: boolean): Promise<Turns> {
  const empty = ofLmdeploy ? await client.respondAtOnce(emptyInput(model)) : null;
  const none = { empty, unstreamed: null, tool: null, isProxy: false };
  if (empty !== null && 'trouble' in empty) return { ...none, text: { state: 'no-answer', ...empty } };
  const text = await takeTurn(client, textTurn(model));
  const turns = { ...none, text };
  if (text.state === 'done' || text.state === 'whole')
    return { ...turns, tool: await tryTool(client, model) };
  if (text.state === 'broken')
    return { ...turns, unstreamed: await takeUnstreamedTurn(client, textTurn(model)) };
  if (!lacksResponsesApi(text)) return turns;
  const nodes = await client.getBeside('/nodes/status');
  return { ...turns, isProxy: 'answer' in nodes && nodes.answer.status === 200 };
}

async function tryTool(client: Client, model: string): Promise<Turn> {
  const forced = await takeTurn(client, toolTurn(model, 'required'));
  // `required` needs a grammar engine that not every server has; a missing parser is refused either way.
  const retry = forced.state === 'refused' && !lacksToolParser(forced);
  return retry ? takeTurn(client, toolTurn(model, 'auto')) : forced;
}
