import { releaseOf } from '../../lmdeploy/release.js';
import { noResponsesApi, strange } from '../../lmdeploy/symptoms.js';
import { lacksResponsesApi } from '../../lmdeploy/turn.js';
import { printable } from '../../ui/printable.js';
import { shellWord } from '../../ui/shell-word.js';
import { type Check, type Finding, fail, failBy, pass, skip, warn } from '../check.js';
import type { Examination } from '../examination.js';
import { titled } from '../titles.js';

export const serverKind: Check = {
  ...titled('server.kind'),
  requires: ['server.reachable'],
  async run({ discovery, initLine, settings }) {
    const { value: baseUrl } = settings.baseUrl;
    const { listing } = await discovery.models();
    if (listing.state === 'strange') return failBy(strange(`${baseUrl}/models`, listing.what));
    if (listing.state === 'locked')
      return listing.error.ofLmdeploy
        ? pass('LMDeploy, behind a key')
        : skip('what is behind the key can not be told without it');
    if (listing.state === 'no-answer') return skip('the server gave no answer');
    const opening = await discovery.opening();
    if (opening !== null && lacksResponsesApi(opening.text)) {
      if (opening.nodes !== null) return proxy(baseUrl, opening.nodes, initLine);
      if (!listing.ofLmdeploy)
        return fail(
          `${baseUrl} has no /v1/responses, and it is ${listing.software ?? 'no LMDeploy'}.`,
          `curl ${shellWord(`${baseUrl}/models`)}   # tells who serves there; give the address of lmdeploy serve api_server`,
        );
      return failBy(noResponsesApi(baseUrl));
    }
    if (listing.models.length === 0) return skip('it lists no model by whose owner it could be told');
    if (!listing.ofLmdeploy)
      return warn(
        `This is ${listing.software ?? 'a Responses server'}, not LMDeploy; Codex may work with it, but what this tool knows may not hold for it.`,
        `curl ${shellWord(`${baseUrl}/models`)}   # tells who serves there`,
      );
    const release = opening?.empty && releaseOf(opening.empty, opening.text, opening.unstreamed);
    return pass(release ? `LMDeploy ${release}` : 'LMDeploy');
  },
};

/** It passes on only what it knows; one of the servers behind it is what Codex needs. */
function proxy(baseUrl: string, nodes: readonly string[], initLine: Examination['initLine']): Finding {
  const what = `${baseUrl} is LMDeploy's proxy, which has no /v1/responses`;
  // The proxy remembers servers that are gone; the last to register is the likeliest to be there.
  const newest = nodes.at(-1);
  if (newest === undefined)
    return fail(
      `${what}; no server is registered with it.`,
      `curl ${shellWord(`${baseUrl.replace(/\/v1$/, '')}/nodes/status`)}   # lists the servers behind it; give one of them to init`,
    );
  const list = nodes.map(printable).join(', ');
  const front =
    nodes.length > 1
      ? `, or a front for all: codex-lmdeploy print nginx --from-proxy ${shellWord(baseUrl.replace(/\/v1$/, ''))}`
      : '';
  return fail(
    `${what}. Behind it: ${list}.`,
    `${initLine({ address: printable(newest) })}${front === '' ? '' : `   # one of them${front}`}`,
  );
}
