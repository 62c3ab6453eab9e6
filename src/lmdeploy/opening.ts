import type { Client, Reply } from './client.js';
import { askHealth, type Health } from './health.js';
import type { Probe } from './prober.js';
import { askNodes } from './proxy-nodes.js';
import { emptyInput, textTurn } from './requests.js';
import type { ServerError } from './server-error.js';
import { lacksResponsesApi, readTurn, type Turn, takeTurn, takeUnstreamedTurn } from './turn.js';

/** How a server meets a first, plain turn. */
export interface Opening {
  /** What came of an empty input, by which the release is told; null: not sent to a server that is no LMDeploy. */
  readonly empty: Reply | null;
  readonly text: Turn;
  /** The text turn once more, in one piece; sent where the stream was broken, to tell a broken server from a broken way. */
  readonly unstreamed: Turn | null;
  /** The servers behind it, where it is `lmdeploy serve proxy`; asked where there is no Responses API. */
  readonly nodes: readonly string[] | null;
  /** Why it answers no turn now; asked where it says 503 or 429, or nothing. */
  readonly health: Health | null;
}

/** Puts an empty input and a text turn to a server, and where that goes wrong asks why. */
export async function openWith(
  client: Client,
  probe: Probe,
  model: string,
  ofLmdeploy: boolean,
): Promise<Opening> {
  const empty = ofLmdeploy ? await probe('the release', () => client.respondAtOnce(emptyInput(model))) : null;
  const text = isNoGround(empty)
    ? readTurn(empty)
    : await probe('a plain turn', () => takeTurn(client, textTurn(model)));
  // The door is open here: nothing was sent before that could have shut it.
  if (text === null) throw new Error('the first turn was not sent');
  const isBroken = text.state === 'broken';
  return {
    empty,
    text,
    unstreamed: isBroken
      ? await probe('a turn in one piece', () => takeUnstreamedTurn(client, textTurn(model)))
      : null,
    nodes: lacksResponsesApi(text) ? await askNodes(client) : null,
    health: isUnavailable(text) ? await askHealth(client, text) : null,
  };
}

/** An empty input that got no answer, or a 503 before it was looked at: a turn would get the same. */
function isNoGround(empty: Reply | null): empty is Reply {
  return empty !== null && ('trouble' in empty || empty.answer.status === 503);
}

function isUnavailable(turn: Turn): boolean {
  if (turn.state === 'refused') return turn.error.status === 503 || turn.error.status === 429;
  return turn.state === 'no-answer' && turn.trouble.kind === 'timeout';
}

/** The refusal of a turn for want of a key, where a list of models needs none: a gateway may treat them apart. */
export function lockOf(opening: Opening | null): ServerError | null {
  const text = opening?.text;
  const isLocked = text?.state === 'refused' && (text.error.status === 401 || text.error.status === 403);
  return isLocked ? text.error : null;
}

/** Whose key it is that a refusal is about: LMDeploy's own 401 is known, another's comes from what stands before it. */
export function whichKey({ ofLmdeploy }: ServerError): string {
  return ofLmdeploy
    ? 'one of those that the server was given as --api-keys'
    : 'the one that the gateway wants';
}

/** Whether a server answered its first turn, so that asking for more makes sense. */
export function isAnswered({ text }: Opening): boolean {
  return text.state === 'done' || text.state === 'whole';
}
