import { talkativeTurn } from '../../lmdeploy/requests.js';
import { inOnePiece, NO_BUFFERING, unreadableStream } from '../../lmdeploy/symptoms.js';
import { type Came, cameAtOnce, takeTurn } from '../../lmdeploy/turn.js';
import { type Check, failBy, pass, skip, warn } from '../check.js';
import type { Examination } from '../examination.js';
import { titled } from '../titles.js';

export const responsesStream: Check = {
  ...titled('responses.stream'),
  requires: ['responses.answers'],
  async run({ discovery }) {
    const text = (await discovery.opening())?.text;
    switch (text?.state) {
      case 'done':
        return (await isCollected(discovery, text.came))
          ? warn(
              'The first event came only together with the last one: something collects the stream.',
              NO_BUFFERING,
            )
          : pass('all events are there');
      case 'whole':
        return failBy(inOnePiece());
      case 'broken':
        return failBy(unreadableStream(text.problem));
      default:
        return skip('there was no stream to look at');
    }
  },
};

/** A busy machine, this one or the server's, keeps a stream back too, but not each: with all else asked, a long turn tells. */
async function isCollected(discovery: Examination['discovery'], came: Came): Promise<boolean> {
  if (!cameAtOnce(came)) return false;
  await discovery.evidence();
  const model = await discovery.model();
  const again = model === null ? null : await takeTurn(discovery.client, talkativeTurn(model));
  return again?.state === 'done' && cameAtOnce(again.came) === true;
}
