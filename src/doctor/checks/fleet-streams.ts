import { talkativeTurn } from '../../lmdeploy/requests.js';
import { cameAtOnce, takeTurn } from '../../lmdeploy/turn.js';
import { type Check, pass, skip, warn } from '../check.js';
import { titled } from '../titles.js';
import { writeFront } from './fleet-sticky.js';

/** Far longer than two events of one stream are apart by chance. */
const A_WHILE_MS = 200;

export const fleetStreams: Check = {
  ...titled('fleet.streams'),
  requires: ['responses.answers'],
  applies: ({ fleet }) => fleet !== null,
  async run(examination) {
    const { fleet, discovery } = examination;
    if (!fleet?.hasFront) return skip('no front was given: put its address first');
    const model = await discovery.model();
    if (model === null) return skip('no model is served');
    const turn = await takeTurn(discovery.client, talkativeTurn(model));
    if (turn.state !== 'done') return skip('there was no stream to look at');
    switch (cameAtOnce(turn.came, A_WHILE_MS)) {
      case null:
        return skip(`a turn was over after ${Math.round(turn.came.lastMs)} ms, too soon to tell`);
      case false:
        return pass(
          `of a turn of ${Math.round(turn.came.lastMs)} ms, the first event came after ${Math.round(turn.came.firstMs)}`,
        );
      case true:
        return warn(
          'Through the front the first event comes only together with the last: it collects the stream, and Codex shows nothing meanwhile.',
          writeFront(examination),
        );
    }
  },
};
