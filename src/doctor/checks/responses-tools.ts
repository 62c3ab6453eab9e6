import { AGAIN } from '../../lmdeploy/launch.js';
import { noToolParser } from '../../lmdeploy/symptoms.js';
import { troubleHint } from '../../lmdeploy/trouble.js';
import { callsOf, hasSoundArguments, isCutShort, lacksToolParser, type Turn } from '../../lmdeploy/turn.js';
import { printable } from '../../ui/printable.js';
import { type Check, type Finding, fail, failBy, pass, skip } from '../check.js';
import { titled } from '../titles.js';

export const responsesTools: Check = {
  ...titled('responses.tools'),
  requires: ['responses.answers'],
  async run({ discovery, launchLine }) {
    const turn = await discovery.tool();
    if (!turn) return skip('no turn with tools was tried, for the stream was broken already');
    return judge(turn, await launchLine(AGAIN));
  },
};

function judge(turn: Turn, remedy: string): Finding {
  if (lacksToolParser(turn)) return failBy(noToolParser(remedy));
  if (turn.state === 'refused')
    return fail(`A turn with tools is refused (${turn.error.status}): ${turn.error.message}`, remedy);
  if (turn.state === 'no-answer') return fail(turn.trouble.message, troubleHint(turn.trouble, remedy));
  if (turn.state === 'failed') return fail(`A turn with tools failed: ${turn.message}`, remedy);
  if (turn.state === 'broken') return fail(`A turn with tools can't be read: ${turn.problem}.`, remedy);
  const calls = callsOf(turn);
  const unsound = calls.find((call) => !hasSoundArguments(call));
  if (calls.length > 0 && unsound === undefined) return pass(`called ${printable(calls[0]?.name ?? '')}`);
  if (isCutShort(turn)) return skip('the model was not done yet when the probe’s limit cut it off');
  if (unsound !== undefined)
    return fail(
      `The call of ${printable(unsound.name)} has arguments that are no JSON object; this --tool-call-parser does not fit the model.`,
      remedy,
    );
  return fail('The model made no call although one was asked for; its calls are not recognised.', remedy);
}
