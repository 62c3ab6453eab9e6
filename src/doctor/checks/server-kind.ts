import { factsOf } from '../../lmdeploy/facts.js';
import { lacksResponsesApi } from '../../lmdeploy/turn.js';
import { type Check, fail, pass, skip, warn } from '../check.js';

export const serverKind: Check = {
  id: 'server.kind',
  title: 'The server is an LMDeploy with the Responses API',
  requires: ['server.reachable'],
  async run({ discovery, settings }) {
    const { value: baseUrl } = settings.baseUrl;
    const { listing } = await discovery.models();
    if (listing.state === 'strange')
      return fail(
        `${baseUrl}/models answers with ${listing.what}; that is no LMDeploy api_server.`,
        'codex-lmdeploy doctor http://HOST:23333   # with the address that lmdeploy serve api_server printed',
      );
    if (listing.state === 'locked')
      return listing.error.ofLmdeploy
        ? pass('LMDeploy, behind a key')
        : skip('what is behind the key can not be told without it');
    if (listing.state === 'no-answer') return skip('the server gave no answer');
    const turns = await discovery.turns();
    if (turns !== null && lacksResponsesApi(turns.text)) {
      if (turns.isProxy)
        return fail(
          `${baseUrl} is LMDeploy's proxy, which has no /v1/responses.`,
          `curl ${baseUrl.replace(/\/v1$/, '')}/nodes/status   # lists the servers behind it; give one of them to init`,
        );
      if (!listing.ofLmdeploy)
        return fail(
          `${baseUrl} has no /v1/responses, and it is no LMDeploy.`,
          `curl ${baseUrl}/models   # tells who serves there; give the address of lmdeploy serve api_server`,
        );
      return fail(
        `${baseUrl} has no /v1/responses, which LMDeploy has since 0.14.`,
        "pip install -U 'lmdeploy>=0.18'   # on the server; then start it again",
      );
    }
    if (!listing.ofLmdeploy)
      return warn(
        'This is a Responses server, but not LMDeploy; what this tool knows may not hold for it.',
        `curl ${baseUrl}/models   # tells who serves there`,
      );
    const evidence = await discovery.evidence();
    const release = evidence && factsOf(evidence).release;
    return pass(release ? `LMDeploy ${release}` : 'LMDeploy');
  },
};
