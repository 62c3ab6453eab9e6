import { DEFAULT_ENV_KEY } from '../../codex/provider.js';
import { shellWord } from '../../ui/shell-word.js';
import { type Check, fail, pass, skip } from '../check.js';
import type { Examination } from '../examination.js';

export const serverAwake: Check = {
  id: 'server.awake',
  title: 'The engine is awake',
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
        await wakeUp(examination, shellWord(`${root}/wakeup`)),
      );
    if (health?.state === 'unhealthy')
      return fail(`The engine is not healthy: ${health.said}`, await launchLine('start the server again'));
    // An overloaded server is awake; `responses.answers` says what that means for a turn.
    return pass(health === null ? 'it takes turns' : 'it is awake, but does not take turns now');
  },
};

/** The key comes by the name of its variable and goes through a pipe: everybody may read what stands on a command line. */
async function wakeUp({ discovery, settings }: Examination, address: string): Promise<string> {
  const { lock } = await discovery.models();
  const post = "curl -X POST -H 'content-type: application/json'";
  if (lock === null) return `${post} ${address}   # wakes it`;
  const variable = settings.envKey.value ?? DEFAULT_ENV_KEY;
  return `printf 'authorization: Bearer %s' "$${variable}" | ${post} -H @- ${address}   # wakes it`;
}
