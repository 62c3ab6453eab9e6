import { DEFAULT_ENV_KEY } from '../../codex/provider.js';
import { asleep } from '../../lmdeploy/symptoms.js';
import { type Check, fail, failBy, pass, skip } from '../check.js';
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
    if (health?.state === 'asleep')
      return failBy(asleep(health.said, settings.baseUrl.value, await keyVariable(examination)));
    if (health?.state === 'unhealthy')
      return fail(`The engine is not healthy: ${health.said}`, await launchLine('start the server again'));
    // An overloaded server is awake; `responses.answers` says what that means for a turn.
    return pass(health === null ? 'it takes turns' : 'it is awake, but does not take turns now');
  },
};

async function keyVariable({ discovery, settings }: Examination): Promise<string | null> {
  const { lock } = await discovery.models();
  return lock === null ? null : (settings.envKey.value ?? DEFAULT_ENV_KEY);
}
