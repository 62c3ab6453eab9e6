import { type Check, fail, pass, skip } from '../check.js';

export const serverAwake: Check = {
  id: 'server.awake',
  title: 'The engine is awake',
  requires: ['server.kind'],
  async run({ discovery, settings, launchLine }) {
    const opening = await discovery.opening();
    if (opening === null) return skip('no turn was tried');
    const { health } = opening;
    const root = settings.baseUrl.value.replace(/\/v1$/, '');
    if (health?.state === 'asleep')
      return fail(
        `The engine sleeps: ${health.said}`,
        `curl -X POST -H 'content-type: application/json' ${root}/wakeup   # add an authorization header if it wants a key`,
      );
    if (health?.state === 'unhealthy')
      return fail(
        `The engine is not healthy: ${health.said}`,
        `${launchLine(await discovery.model())}   # start the server again`,
      );
    // An overloaded server is awake; `responses.answers` says what that means for a turn.
    return pass(health === null ? 'it takes turns' : 'it is awake, but does not take turns now');
  },
};
