import { talkativeTurn } from '../../lmdeploy/requests.js';
import { cameAtOnce, takeTurn } from '../../lmdeploy/turn.js';
import { type Check, pass, skip, warn } from '../check.js';
import type { Fleet } from '../fleet.js';
import { titled } from '../titles.js';
import { writeFront } from './fleet-sticky.js';

/** Far longer than two events of one stream are apart by chance. */
const A_WHILE_MS = 200;

/** By so much it is no chance: with nothing said of buffers and HTTP versions, nginx makes ten pieces of two hundred (1.22). */
const FEWER = 4;

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
      case false: {
        const direct = await piecesFromServer(fleet, model);
        const { pieces } = turn.came;
        if (direct !== null && pieces * FEWER < direct)
          return warn(
            `Through the front a turn comes in ${pieces} pieces, from the server itself in ${direct}: it keeps events back until a buffer is full, and Codex shows them in jerks.`,
            writeFront(examination),
          );
        return pass(
          `of a turn of ${Math.round(turn.came.lastMs)} ms, the first event came after ${Math.round(turn.came.firstMs)}`,
        );
      }
      case true:
        return warn(
          'Through the front the first event comes only together with the last: it collects the stream, and Codex shows nothing meanwhile.',
          writeFront(examination),
        );
    }
  },
};

/** In how many pieces the same turn comes from one of the servers itself; null: none could be asked. */
async function piecesFromServer({ servers }: Fleet, model: string): Promise<number | null> {
  const server = servers.find(({ facts }) => facts.models.includes(model) && facts.responses.streams);
  if (server === undefined) return null;
  const turn = await takeTurn(server.examination.discovery.client, talkativeTurn(model));
  return turn.state === 'done' ? turn.came.pieces : null;
}
