import { type Check, fail, pass, skip } from '../check.js';

export const serverKey: Check = {
  id: 'server.key',
  title: 'The server takes the key',
  requires: ['server.kind'],
  async run({ discovery, settings }) {
    const { listing, keyRequired } = await discovery.models();
    const variable = settings.envKey.value;
    if (listing.state === 'locked') {
      // LMDeploy's own 401 is known; another's comes from what stands before it, and wants another key.
      const who = listing.error.ofLmdeploy ? 'The server' : 'A gateway before the server';
      const why = `it says "${listing.error.message}" (${listing.error.status})`;
      if (variable === null && !discovery.client.hasKey)
        return fail(
          `${who} wants a key, and the config names no variable for one: ${why}.`,
          'codex-lmdeploy init --env-key LMDEPLOY_API_KEY   # then export that variable',
        );
      const whose = listing.error.ofLmdeploy
        ? 'one of those that the server was given as --api-keys'
        : 'the one that the gateway wants';
      const export_ = `export ${variable ?? 'LMDEPLOY_API_KEY'}=KEY   # ${whose}`;
      if (discovery.client.hasKey)
        return fail(`${who} refuses the key in ${variable ?? 'the provider block'}: ${why}.`, export_);
      return fail(`${who} wants a key, and ${variable} holds none that can be sent: ${why}.`, export_);
    }
    if (keyRequired === null) return skip('whether a key is needed could not be told');
    return pass(keyRequired ? 'the key is accepted' : 'no key is needed; any value will do');
  },
};
