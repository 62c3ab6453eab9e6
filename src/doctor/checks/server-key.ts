import { lockOf } from '../../lmdeploy/opening.js';
import type { ServerError } from '../../lmdeploy/server-error.js';
import { type Check, type Finding, fail, pass, skip } from '../check.js';
import type { Examination } from '../examination.js';

export const serverKey: Check = {
  id: 'server.key',
  title: 'The server takes the key',
  requires: ['server.kind'],
  explainedBy: ['key.variable'],
  async run(examination) {
    const { discovery } = examination;
    const { listing, keyRequired } = await discovery.models();
    if (listing.state === 'locked') return locked(listing.error, examination);
    const lock = lockOf(await discovery.opening());
    if (lock !== null) return locked(lock, examination);
    if (keyRequired === null) return skip('whether a key is needed could not be told');
    return pass(keyRequired ? 'the key is accepted' : 'no key is needed; any value will do');
  },
};

function locked(error: ServerError, { discovery, settings }: Examination): Finding {
  const { value: variable } = settings.envKey;
  const [theirs] = settings.block?.credentials ?? [];
  if (variable === null && theirs !== undefined && !discovery.client.hasKey)
    return skip(`the key is one that Codex gets by ${theirs}, and this tool does not`);
  // LMDeploy's own 401 is known; another's comes from what stands before it, and wants another key.
  const [who, whose] = error.ofLmdeploy
    ? ['The server', 'one of those that the server was given as --api-keys']
    : ['A gateway before the server', 'the one that the gateway wants'];
  const why = `it says "${error.message}" (${error.status})`;
  const set = `export ${variable ?? 'LMDEPLOY_API_KEY'}=KEY   # ${whose}`;
  if (discovery.client.hasKey)
    return fail(`${who} refuses the key in ${variable ?? 'the provider block'}: ${why}.`, set);
  if (variable === null)
    return fail(
      `${who} wants a key, and the config names no variable for one: ${why}.`,
      'codex-lmdeploy init --env-key LMDEPLOY_API_KEY   # then export that variable',
    );
  return fail(`${who} wants a key, and ${variable} holds none that can be sent: ${why}.`, set);
}
