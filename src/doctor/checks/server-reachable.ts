import { troubleHint } from '../../lmdeploy/trouble.js';
import { type Check, fail, pass } from '../check.js';

export const serverReachable: Check = {
  id: 'server.reachable',
  title: 'The server answers',
  requires: ['network.proxy'],
  async run({ discovery, launchLine, settings }) {
    const { listing } = await discovery.models();
    if (listing.state === 'no-answer')
      return fail(listing.trouble.message, troubleHint(listing.trouble, launchLine()));
    return pass(settings.baseUrl.value);
  },
};
