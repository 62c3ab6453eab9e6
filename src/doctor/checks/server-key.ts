import { giverOf } from '../../codex/effective.js';
import { lineIn } from '../../codex/place-in-layer.js';
import { DEFAULT_ENV_KEY } from '../../codex/provider.js';
import { lockOf, whichKey } from '../../lmdeploy/opening.js';
import type { ServerError } from '../../lmdeploy/server-error.js';
import { lockedBy, lockedOut } from '../../lmdeploy/symptoms.js';
import { quoted, shellWord } from '../../ui/shell-word.js';
import { type Check, type Finding, fail, failBy, pass, saidBy, skip } from '../check.js';
import type { Examination } from '../examination.js';
import { titled } from '../titles.js';

const CHECK = { ...titled('server.key'), requires: ['server.kind'] };

/** What `doctor` asks. A key that Codex gets from a command, say, may be right without being known here. */
export const serverKey: Check = {
  ...CHECK,
  async run(examination, earlier) {
    const lock = await lockMet(examination);
    const own = lock === null || examination.settings.envKey.value !== null ? null : ownKey(examination);
    if (own !== null && !own.isReadHere)
      return skip(`the key is one that Codex gets by ${own.name} in ${own.place}, and this tool does not`);
    // One cause, one finding: where the variable holds none, there is no key that a server could take.
    const isSaid = lock !== null && (await earlier('key.variable'))?.status === 'fail';
    return isSaid ? saidBy('key.variable') : judge(lock, examination);
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

function locked(lock: ServerError, examination: Examination): Finding {
  const { discovery, settings, initLine, context } = examination;
  const { value: variable } = settings.envKey;
  const own = variable === null ? ownKey(examination) : null;
  if (own !== null && !own.isReadHere)
    return fail(
      lockedBy(
        lock,
        `wants a key, and the one that ${own.name} in ${own.place} brings is not this tool's to ask for`,
      ),
      `export ${DEFAULT_ENV_KEY}=KEY && codex-lmdeploy doctor ${shellWord(settings.baseUrl.value)} --env-key ${DEFAULT_ENV_KEY}   # with that key, only to look at the server`,
    );
  if (own !== null) {
    const what = discovery.client.hasKey
      ? `refuses the key in ${own.place} (${own.name})`
      : `wants a key, and ${own.name} in ${own.place} holds none that can be sent as "Bearer KEY"`;
    return fail(lockedBy(lock, what), `${own.editLine}   # ${own.name}: ${whichKey(lock)}`);
  }
  if (variable === null)
    return fail(
      lockedBy(lock, 'wants a key, and the config names no variable for one'),
      `${initLine({ more: [`--env-key ${DEFAULT_ENV_KEY}`] })}   # then export that variable`,
    );
  if (discovery.client.hasKey) return failBy(lockedOut(lock, `refuses the key in ${variable}`, variable));
  const value = context.env[variable];
  const lacks =
    value === undefined
      ? 'is not set'
      : value.trim() === ''
        ? 'is empty'
        : "holds characters that an HTTP header can't carry";
  return failBy(lockedOut(lock, `wants a key, and ${variable} ${lacks}`, variable));
}

/** The key that the provider block itself brings, as the user wrote it there; null where it brings none. */
function ownKey({ settings, layers, providerId, config }: Examination) {
  const [name] = settings.block?.credentials ?? [];
  if (name === undefined) return null;
  const path = ['model_providers', providerId, ...name.split('.')];
  const layer = giverOf(layers, path);
  const [file, line] = [layer?.path ?? config.path, layer && lineIn(layer, path)];
  return {
    name,
    place: line === null ? file : `${file}:${line}`,
    editLine: `"\${EDITOR:-vi}" ${line === null ? '' : `+${line} `}${quoted(file)}`,
    /** A program, or a variable for a whole header, is Codex's to ask. */
    isReadHere: name === 'experimental_bearer_token' || name.startsWith('http_headers.'),
  };
}
