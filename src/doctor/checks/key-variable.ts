import { giverOf } from '../../codex/effective.js';
import { placeIn } from '../../codex/place-in-layer.js';
import { DEFAULT_ENV_KEY, isVariableName } from '../../codex/provider.js';
import { isLoopback } from '../../lmdeploy/address.js';
import { whichKey } from '../../lmdeploy/opening.js';
import { shellWord } from '../../ui/shell-word.js';
import { type Check, fail, pass, skip, warn } from '../check.js';
import type { Examination } from '../examination.js';
import { titled } from '../titles.js';

export const keyVariable: Check = {
  ...titled('key.variable'),
  requires: ['config.syntax'],
  async run(examination) {
    const { settings, context, initLine } = examination;
    if (settings.block === null && settings.envKey.from === 'default')
      return skip('no provider block names a key variable yet');
    const variable = settings.envKey.from === 'config' ? settings.block?.envKey : settings.envKey.value;
    if (variable == null) return pass('the block names no variable, so Codex sends no key from one');
    // Not shown: who has misunderstood `env_key` has put the key itself there.
    if (!isVariableName(variable))
      return fail(
        `${placeOfEnvKey(examination)}: env_key holds no name of a variable; if that is the key itself, it has no place in a file.`,
        initLine({ more: [`--env-key ${DEFAULT_ENV_KEY}`] }),
      );
    const value = context.env[variable];
    if (value === undefined || value.trim() === '') {
      const what = value === undefined ? 'not set' : 'empty';
      return fail(
        `${variable} is ${what}, and Codex does not start without it${alias(context.env, variable)}.`,
        await exportLine(examination, variable),
      );
    }
    // Where it keeps the server from taking the key, it is why.
    const flawed = async (...words: [detail: string, remedy: string]) =>
      ((await examination.discovery.models()).listing.state === 'locked' ? fail : warn)(...words);
    if (value !== value.trim())
      return flawed(
        `${variable} begins or ends with blanks or a line end.`,
        `export ${variable}="$(printf %s "$${variable}" | tr -d '[:space:]')"`,
      );
    if (/^Bearer /i.test(value))
      return flawed(
        `${variable} begins with "Bearer ", which Codex puts before it once more.`,
        `export ${variable}="\${${variable}#* }"`,
      );
    if (/\s/.test(value))
      return flawed(
        `${variable} holds blanks or a line end, which no key of LMDeploy does.`,
        `export ${variable}="$(printf %s "$${variable}" | tr -d '[:space:]')"`,
      );
    if (!/^[\u0020-\u007e]+$/.test(value))
      return flawed(
        `${variable} holds characters that an HTTP header can't carry.`,
        await exportLine(examination, variable),
      );
    return (await travelsInTheOpen(examination)) ?? pass(`${variable} is set`);
  },
};

function placeOfEnvKey({ layers, providerId, config }: Examination): string {
  const path = ['model_providers', providerId, 'env_key'];
  const layer = giverOf(layers, path);
  return layer === null ? config.path : placeIn(layer, path);
}

/** The line that sets it: to anything where the server asks for no key, else to one of the server's. */
async function exportLine({ discovery }: Examination, variable: string): Promise<string> {
  const { lock } = await discovery.models();
  return lock === null
    ? `export ${variable}=dummy   # or the server's key, if it was started with --api-keys`
    : `export ${variable}=KEY   # ${whichKey(lock)}`;
}

/** Where the usual variable is set and the config names another, one of the two is most likely misspelt. */
function alias(env: Examination['context']['env'], variable: string): string {
  return variable !== DEFAULT_ENV_KEY && env[DEFAULT_ENV_KEY] ? `; ${DEFAULT_ENV_KEY} is set` : '';
}

/** A dummy may travel as it likes; a key that a server really asks for should not. */
async function travelsInTheOpen({ settings, discovery, initLine }: Examination) {
  const { value: baseUrl } = settings.baseUrl;
  if (!baseUrl.startsWith('http:') || isLoopback(baseUrl)) return null;
  const { keyRequired } = await discovery.models();
  if (keyRequired !== true) return null;
  const { hostname, port } = new URL(baseUrl);
  return warn(
    `The key goes over plain http to ${hostname}.`,
    `ssh -N -L 23333:127.0.0.1:${port || '80'} ${shellWord(hostname)}   # a tunnel; then: ${initLine({ address: '127.0.0.1:23333' })}`,
  );
}
