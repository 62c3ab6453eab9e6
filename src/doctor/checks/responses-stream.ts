import { type Check, fail, pass, skip, warn } from '../check.js';
import { titled } from '../titles.js';

const NO_BUFFERING =
  'If a gateway stands between, switch its buffering off (nginx: proxy_buffering off;), or use the server’s own address.';

export const responsesStream: Check = {
  ...titled('responses.stream'),
  requires: ['responses.answers'],
  async run({ discovery }) {
    const text = (await discovery.opening())?.text;
    switch (text?.state) {
      case 'done':
        return text.buffered
          ? warn(
              'The first event came only together with the last one: something collects the stream.',
              NO_BUFFERING,
            )
          : pass('all events are there');
      case 'whole':
        return fail('The answer came in one piece although a stream was asked for.', NO_BUFFERING);
      case 'broken':
        return fail(`Codex can't read the stream: ${text.problem}.`, NO_BUFFERING);
      default:
        return skip('there was no stream to look at');
    }
  },
};
