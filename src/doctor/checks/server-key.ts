import { type Check, fail, pass, skip } from '../check.js';

export const serverKey: Check = {
  id: 'server.key',
  title: 'The server takes the key',
  requires: ['server.kind'],
  async run({ discovery, settings }) {
    const { listing, keyRequired } = await discovery.models();
    const variable = settings.envKey.value;
    if (listing.state === 'locked') {
      const why = `the server says "${listing.error.message}" (${listing.error.status})`;
      if (variable === null && !discovery.client.hasKey)
        return fail(
          `The server wants a key, and the config names no variable for one: ${why}.`,
          'codex-lmdeploy init --env-key LMDEPLOY_API_KEY   # then export that variable',
        );
      const export_ = `export ${variable ?? 'LMDEPLOY_API_KEY'}=KEY   # one of those that the server was given as --api-keys`;
      if (discovery.client.hasKey)
        return fail(`The server refuses the key in ${variable ?? 'the provider block'}: ${why}.`, export_);
      return fail(`The server wants a key, and ${variable} holds none that can be sent: ${why}.`, export_);
    }
    if (keyRequired === null) return skip('whether a key is needed could not be told');
    return pass(keyRequired ? 'the key is accepted' : 'no key is needed; any value will do');
  },
};
