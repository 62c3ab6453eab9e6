import { DEFAULT_ENV_KEY } from '../../codex/provider.js';
import { type Check, fail, pass, skip } from '../check.js';
import type { Examination } from '../examination.js';
import { titled } from '../titles.js';

export const serverAwake: Check = {
  ...titled('server.awake'),
  requires: ['server.kind'],
  async run(examination) {
    const { discovery, settings, launchLine } = examination;
    const opening = await discovery.opening();
    if (opening === null) return skip('no turn was tried');
    const { health } = opening;
    const root = settings.baseUrl.value.replace(/\/v1$/, '');
    if (health?.state === 'asleep')
      return fail(
        `The engine sleeps: ${health.said}`,
        `curl -X POST -H 'content-type: application/json' ${await keyHeader(examination)}${root}/wakeup   # wakes it`,
      );
    if (health?.state === 'unhealthy')
      return fail(`The engine is not healthy: ${health.said}`, await launchLine('start the server again'));
    // An overloaded server is awake; `responses.answers` says what that means for a turn.
    return pass(health === null ? 'it takes turns' : 'it is awake, but does not take turns now');
  },
};

/** The key by the name of its variable, for the shell to fill in. */
async function keyHeader({ discovery, settings }: Examination): Promise<string> {
  const { lock } = await discovery.models();
  return lock === null ? '' : `-H "authorization: Bearer $${settings.envKey.value ?? DEFAULT_ENV_KEY}" `;
}
