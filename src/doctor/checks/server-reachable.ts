import type { Redirect } from '../../lmdeploy/redirect.js';
import { redirected } from '../../lmdeploy/symptoms.js';
import { troubleHint } from '../../lmdeploy/trouble.js';
import { printable } from '../../ui/printable.js';
import { type Check, type Finding, fail, pass, skip, warn } from '../check.js';
import type { Examination } from '../examination.js';
import { titled } from '../titles.js';

export const serverReachable: Check = {
  ...titled('server.reachable'),
  requires: ['network.proxy'],
  async run({ discovery, startLine, initLine, settings, userConfig }, earlier) {
    const { listing } = await discovery.models();
    const isGuess = settings.baseUrl.from === 'default' && userConfig.state !== 'absent';
    // Where the server really is stands in a config that another check, where it runs too, finds fault with.
    if (listing.state === 'no-answer' && isGuess && (await earlier('config.provider')) !== null)
      return skip(`the config names no address, and at ${settings.baseUrl.value} nothing answers`);
    if (listing.state === 'no-answer')
      return fail(listing.trouble.message, troubleHint(listing.trouble, await startLine()));
    const redirect = discovery.client.redirects.find(({ from }) => from.endsWith('/models'));
    return redirect === undefined ? pass(settings.baseUrl.value) : warnOf(redirect, initLine);
  },
};

function warnOf(redirect: Redirect, initLine: Examination['initLine']): Finding {
  const root = redirect.to.replace(/\/models\/?$/, '');
  return warn(redirected(redirect), initLine({ address: printable(root) }));
}
