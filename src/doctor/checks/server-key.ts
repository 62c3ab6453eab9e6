import { lockOf } from '../../lmdeploy/opening.js';
import type { ServerError } from '../../lmdeploy/server-error.js';
import { printable } from '../../ui/printable.js';
import { type Check, type Finding, fail, pass, skip } from '../check.js';
import type { Examination } from '../examination.js';

const CHECK = { id: 'server.key', title: 'The server takes the key', requires: ['server.kind'] };

/** What `doctor` asks. A key that Codex gets from a command, say, may be right without being known here. */
export const serverKey: Check = {
  ...CHECK,
  explainedBy: ['key.variable'],
  async run(examination) {
    const { discovery, settings } = examination;
    const lock = await lockMet(examination);
    const [credentials] = settings.block?.credentials ?? [];
    const isUnknown = settings.envKey.value === null && !discovery.client.hasKey;
    return lock !== null && isUnknown && credentials !== undefined
      ? skip(`the key is one that Codex gets by ${printable(credentials)}, and this tool does not`)
      : judge(lock, examination);
  },
};

/** The same for commands that can't do their work without the key. */
export const keyAtHand: Check = {
  ...CHECK,
  run: async (examination) => judge(await lockMet(examination), examination),
};

async function lockMet({ discovery }: Examination): Promise<ServerError | null> {
  const { listing } = await discovery.models();
  return listing.state === 'locked' ? listing.error : lockOf(await discovery.opening());
}

async function judge(lock: ServerError | null, examination: Examination): Promise<Finding> {
  if (lock !== null) return locked(lock, examination);
  const { keyRequired } = await examination.discovery.models();
  if (keyRequired === null) return skip('whether a key is needed could not be told');
  return pass(keyRequired ? 'the key is accepted' : 'no key is needed; any value will do');
}

function locked(error: ServerError, { discovery, settings }: Examination): Finding {
  const { value: variable } = settings.envKey;
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
