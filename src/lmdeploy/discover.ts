import { once } from '../once.js';
import type { Client, Reply } from './client.js';
import type { ServerFacts } from './facts.js';
import { listModels, type ModelsAsked, type ServedModel } from './listing.js';
import { releaseOf } from './release.js';
import { emptyInput, textTurn, toolTurn } from './requests.js';
import type { FunctionCall, OutputItem } from './schema.js';
import { type Turn, takeTurn, takeUnstreamedTurn } from './turn.js';

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

/** The endpoint itself is missing: LMDeploy before 0.14, its proxy, or another server. An unknown model is not that. */
export function lacksResponsesApi(turn: Turn): boolean {
  return (
    turn.state === 'refused' &&
    (turn.error.status === 405 || (turn.error.status === 404 && turn.error.param !== 'model'))
  );
}

/** LMDeploy's refusal of any request with tools, worded alike from 0.14 to 0.18. */
export function lacksToolParser(turn: Turn): boolean {
  return turn.state === 'refused' && /--tool-call-parser/.test(turn.error.message);
}

/** The items that Codex would act on. */
export function itemsOf(turn: Turn): readonly OutputItem[] {
  if (turn.state === 'done') return turn.items;
  return turn.state === 'whole' ? turn.response.output : [];
}

/** The calls in a turn, sound or not. */
export function callsOf(turn: Turn): readonly FunctionCall[] {
  return itemsOf(turn).filter((item): item is FunctionCall => item.type === 'function_call');
}

/** Whether a call's arguments are a JSON object, which is all that Codex can run. */
export function hasSoundArguments(call: FunctionCall): boolean {
  try {
    const value: unknown = JSON.parse(call.arguments);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

function kindOf({ listing, turns }: Evidence): ServerFacts['kind'] {
  if (turns?.isProxy) return 'lmdeploy-proxy';
  switch (listing.state) {
    case 'listed':
      return listing.ofLmdeploy ? 'lmdeploy' : 'other';
    case 'locked':
      return listing.error.ofLmdeploy ? 'lmdeploy' : null;
    case 'strange':
      return 'other';
    case 'no-answer':
      return null;
  }
}

function toolCallOf(turns: Turns | null): boolean | null {
  const turn = turns?.tool;
  if (!turn || turn.state === 'no-answer') return null;
  const calls = callsOf(turn);
  if (calls.length > 0 && calls.every(hasSoundArguments)) return true;
  return isCutShort(turn) ? null : false;
}

/**
 * Whether our own limit ended a turn. What is missing from it then says nothing of the server: 0.18 even passes on a
 * call that was cut, as completed and with half its arguments.
 */
export function isCutShort(turn: Turn): boolean {
  return (turn.state === 'done' || turn.state === 'whole') && turn.response.status === 'incomplete';
}

/** Only a turn tells: `/health` goes on saying "healthy" for a sleeping engine (0.14 to 0.18). */
function asleepBy(text: Turn): boolean | null {
  if (text.state === 'refused' && text.error.status === 503)
    return /sleeping/.test(text.error.message) || null;
  return text.state === 'done' || text.state === 'whole' ? false : null;
}

/** The facts that the evidence proves, in the shape that scripts rely on. Pure. */
export function factsOf(evidence: Evidence): ServerFacts {
  const { listing, turns } = evidence;
  const text = turns?.text.state;
  return {
    baseUrl: evidence.baseUrl,
    kind: kindOf(evidence),
    release: turns?.empty ? releaseOf(turns.empty, turns.text, turns.unstreamed) : null,
    models: listing.state === 'listed' ? listing.models.map(({ id }) => id) : [],
    keyRequired: evidence.keyRequired,
    keyAccepted: !evidence.keySent
      ? null
      : listing.state === 'listed' || (listing.state === 'locked' ? false : null),
    asleep: turns === null ? null : asleepBy(turns.text),
    responses: {
      answers:
        turns &&
        [turns.text, turns.unstreamed].some((turn) => turn?.state === 'done' || turn?.state === 'whole'),
      streams: text === undefined || text === 'no-answer' || text === 'refused' ? null : text === 'done',
      toolCall: toolCallOf(turns),
      secondTurn: null,
      emptyArguments: null,
      undeclaredCalls: null,
      reasoning: null,
    },
    contextWindow: null,
    firstTurnTokens: null,
  };
}
