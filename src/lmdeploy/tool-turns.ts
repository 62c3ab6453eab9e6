import type { Client } from './client.js';
import type { Probe } from './prober.js';
import {
  BY_NAME,
  bareCallTurn,
  OUR_CALL,
  OUTPUTS,
  secondTurn,
  type ToolChoice,
  type TurnBody,
  toolTurn,
} from './requests.js';
import type { FunctionCall } from './schema.js';
import { callsOf, hasSoundArguments, isCutShort, lacksToolParser, type Turn, takeTurn } from './turn.js';

/** A turn with a call and its output sent back. */
export interface SecondTurn {
  readonly turn: Turn;
  /** Whether the call was the server's own, or one of ours because it made none. */
  readonly ownCall: boolean;
}

/** A call without arguments, and what came of sending it back as it came. */
export interface BareCall {
  readonly asked: Turn;
  /** null: the model made none. */
  readonly call: FunctionCall | null;
  readonly back: Turn | null;
}

/** A turn that calls `exec_command`, forced as far as the server lets itself be. */
export function callTool(client: Client, probe: Probe, model: string): Promise<Turn | null> {
  return forced('a tool call', client, probe, BY_NAME.toolTurn, (choice) => toolTurn(model, choice));
}

/** The turn after `tool`, which Codex sends as soon as a call has run. */
export async function callBack(
  client: Client,
  probe: Probe,
  model: string,
  tool: Turn,
): Promise<SecondTurn | null> {
  const theirs = isCutShort(tool) ? undefined : callsOf(tool).find(hasSoundArguments);
  const body = secondTurn(toolTurn(model, 'auto'), theirs ?? OUR_CALL, OUTPUTS.exec);
  const turn = await probe('a second turn', () => takeTurn(client, body));
  return turn && { turn, ownCall: theirs !== undefined };
}

/**
 * A call of `get_goal`, which takes no arguments, and the turn after it. Some parsers stream no arguments at all for it
 * up to 0.17, and the server then refuses to take back what it sent itself.
 */
export async function callBare(client: Client, probe: Probe, model: string): Promise<BareCall | null> {
  const name = 'a call without arguments';
  const asked = await forced(name, client, probe, BY_NAME.bareCallTurn, (choice) =>
    bareCallTurn(model, choice),
  );
  if (asked === null) return null;
  const call = isCutShort(asked) ? undefined : callsOf(asked)[0];
  if (call === undefined) return { asked, call: null, back: null };
  const body = secondTurn(bareCallTurn(model, 'auto'), call, OUTPUTS.goal);
  return { asked, call, back: await probe(`${name}, sent back`, () => takeTurn(client, body)) };
}

/** Not every server takes `required`, or a name; a missing parser is refused each time. */
async function forced(
  name: string,
  client: Client,
  probe: Probe,
  byName: ToolChoice,
  body: (choice: ToolChoice) => TurnBody,
): Promise<Turn | null> {
  let last: Turn | null = null;
  for (const choice of ['required', byName, 'auto'] as const) {
    const turn = await probe(name, () => takeTurn(client, body(choice)));
    last = turn ?? last;
    if (turn?.state !== 'refused' || lacksToolParser(turn) || !isAboutTheRequest(turn.error.status)) break;
  }
  return last;
}

/** 400, 422 and a bare 500 may come from `tool_choice`; a key that is not taken or a server that is busy does not. */
function isAboutTheRequest(status: number): boolean {
  return status === 400 || status === 422 || status === 500;
}
