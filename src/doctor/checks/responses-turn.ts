import { explain } from '../../lmdeploy/facts.js';
import { UPGRADE } from '../../lmdeploy/symptoms.js';
import { type Check, fail, pass, skip } from '../check.js';
import { titled } from '../titles.js';

export const responsesTurn: Check = {
  ...titled('responses.turn'),
  requires: ['responses.tools'],
  async run({ discovery }) {
    await discovery.second();
    const evidence = await discovery.evidence();
    const told = evidence && explain(evidence).secondTurn;
    if (told?.value === true) return pass('a call and its output were sent back');
    if (told?.value === false)
      return fail(
        `The turn after a tool call is not taken, so every session ends with its first one: ${told.evidence}.`,
        `${UPGRADE}. Its log names the cause`,
      );
    return skip(`it could not be told: ${told?.evidence ?? 'not asked'}`);
  },
};
