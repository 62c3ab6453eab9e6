import type { Evidence } from './discover.js';
import type { ServerFacts } from './facts.js';
import { type Reasoning, reasoningOf } from './reasoning.js';
import { NOT_ASKED, type Told, toldOfServer } from './told.js';
import { callsOf, hasSoundArguments, isCutShort, lacksToolParser, type Turn } from './turn.js';

type Responses = { [K in keyof ServerFacts['responses']]: NonNullable<ServerFacts['responses'][K]> };

/** What `/v1/responses` does with turns such as Codex sends. What can't be told is null, never a guess. */
export function toldOfTurns(evidence: Evidence) {
  return {
    answers: answersOf(evidence),
    streams: streamsOf(evidence),
    toolCall: toolCallOf(evidence),
    secondTurn: secondTurnOf(evidence),
    emptyArguments: emptyArgumentsOf(evidence),
    undeclaredCalls: undeclaredCallsOf(evidence),
    reasoning: reasoningTold(evidence),
  };
}

/** What a turn that brought nothing usable came to. */
function outcomeOf(turn: Turn): string {
  switch (turn.state) {
    case 'done':
    case 'whole':
      return `the turn ended as "${turn.response.status}"`;
    case 'refused':
      return `refused (${turn.error.status}): ${turn.error.message}`;
    case 'failed':
      return `failed: ${turn.message}`;
    case 'broken':
      return turn.problem;
    case 'no-answer':
      return turn.trouble.message;
  }
}

const isWhole = (turn: Turn | null) => turn?.state === 'done' || turn?.state === 'whole';

function answersOf({ opening }: Evidence): Told<boolean> {
  if (opening === null) return NOT_ASKED;
  const answer = [opening.text, opening.unstreamed].find(isWhole) ?? opening.text;
  return { value: isWhole(answer), evidence: outcomeOf(answer) };
}

function streamsOf({ opening }: Evidence): Told<boolean> {
  if (opening === null) return NOT_ASKED;
  const { text } = opening;
  if (text.state === 'no-answer' || text.state === 'refused')
    return { value: null, evidence: outcomeOf(text) };
  return { value: text.state === 'done', evidence: outcomeOf(text) };
}

function toolCallOf({ tool }: Evidence): Told<boolean> {
  if (tool === null) return NOT_ASKED;
  const calls = callsOf(tool);
  // 0.18 passes on a call that was cut, half its arguments missing, so only a sound one counts there.
  if (calls.length > 0 && calls.every(hasSoundArguments))
    return { value: true, evidence: 'a turn with tools brought a call with sound arguments' };
  if (isCutShort(tool)) return { value: null, evidence: 'our own limit cut the turn' };
  if (saysNothing(tool)) return { value: null, evidence: outcomeOf(tool) };
  if (calls.length > 0) return { value: false, evidence: 'the call has arguments that are no JSON object' };
  return {
    value: false,
    evidence: isWhole(tool) ? 'no call came although one was asked for' : outcomeOf(tool),
  };
}

/** No answer, or one that says more of the moment than of the server. */
function saysNothing(turn: Turn): boolean {
  if (turn.state === 'no-answer') return true;
  return turn.state === 'refused' && [401, 403, 429, 502, 503, 504].includes(turn.error.status);
}

function secondTurnOf({ second }: Evidence): Told<boolean> {
  if (second === null) return NOT_ASKED;
  const { turn, ownCall } = second;
  if (saysNothing(turn)) return { value: null, evidence: outcomeOf(turn) };
  const what = ownCall ? 'its own call and an output' : 'a call of ours and an output';
  return { value: isWhole(turn), evidence: `${what} were sent back: ${outcomeOf(turn)}` };
}

function emptyArgumentsOf({ bareCall }: Evidence): Told<boolean> {
  if (bareCall === null) return NOT_ASKED;
  const { asked, call, back } = bareCall;
  if (call === null) {
    const evidence = lacksToolParser(asked) ? outcomeOf(asked) : 'no call without arguments came';
    return { value: null, evidence };
  }
  const made = `the call came with the arguments ${JSON.stringify(call.arguments)}`;
  if (back === null) return { value: null, evidence: made };
  const evidence = `${made}; sent back: ${outcomeOf(back)}`;
  return { value: saysNothing(back) ? null : isWhole(back), evidence };
}

/** No model makes such a call when asked, so this follows from the release, as docs/contract.md shows each. */
function undeclaredCallsOf(evidence: Evidence): Told<Responses['undeclaredCalls']> {
  const release = toldOfServer(evidence).release.value;
  if (release === null) return NOT_ASKED;
  if (release === '0.18+') return { value: 'dropped', evidence: 'not tried: every parser of 0.18 does so' };
  if (release === '0.17' && !sendsNothing(evidence))
    // One parser of 0.17 drops them, glm47; it is among those that send {} for a call without arguments.
    return { value: null, evidence: 'not tried: with 0.17 it depends on the parser' };
  return { value: 'passed', evidence: 'not tried: LMDeploy before 0.18 does so' };
}

function sendsNothing({ bareCall }: Evidence): boolean {
  return bareCall?.call?.arguments === '';
}

function reasoningTold(evidence: Evidence): Told<Responses['reasoning']> {
  const reasoning = reasoningSeen(evidence);
  return reasoning === null ? NOT_ASKED : { value: reasoning.kind, evidence: reasoning.evidence };
}

/** How the model thinks; null: no turn was tried. */
export function reasoningSeen(evidence: Evidence): Reasoning | null {
  const { opening, tool } = evidence;
  if (opening === null) return null;
  const { kind, release } = toldOfServer(evidence);
  // LMDeploy counts since 0.16; other servers give a thought an item of its own.
  const counts = kind.value === 'other' || (release.value !== null && release.value !== '0.14-0.15');
  return reasoningOf(opening.text, tool, counts);
}
