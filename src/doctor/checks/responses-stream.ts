import { inOnePiece, NO_BUFFERING, unreadableStream } from '../../lmdeploy/symptoms.js';
import { cameAtOnce } from '../../lmdeploy/turn.js';
import { type Check, failBy, pass, skip, warn } from '../check.js';
import { titled } from '../titles.js';

export const responsesStream: Check = {
  ...titled('responses.stream'),
  requires: ['responses.answers'],
  async run({ discovery }) {
    const text = (await discovery.opening())?.text;
    switch (text?.state) {
      case 'done':
        return cameAtOnce(text.came)
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
