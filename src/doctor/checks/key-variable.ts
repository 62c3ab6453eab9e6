import { isLoopback } from '../../lmdeploy/address.js';
import { type Check, fail, pass, skip, warn } from '../check.js';
import type { Examination } from '../examination.js';

export const keyVariable: Check = {
  id: 'key.variable',
  title: 'The key variable is set',
  requires: ['config.syntax'],
  async run(examination) {
    const { config, settings, context } = examination;
    const block = config.state === 'read' ? config.block : null;
    if (block === null && settings.envKey.from === 'default')
      return skip('no provider block names a key variable yet');
    const variable = settings.envKey.value;
    if (variable === null) return pass('the block names no variable, so Codex sends no key from one');
    const value = context.env[variable];
    const remedy = `export ${variable}=dummy   # or the server's key, if it was started with --api-keys`;
    if (value === undefined)
      return fail(`${variable} is not set, and Codex refuses to start without it.`, remedy);
    if (value.trim() === '')
      return fail(`${variable} is empty, and Codex refuses to start without it.`, remedy);
    if (value !== value.trim())
      return warn(`${variable} begins or ends with blanks or a line end.`, trimmed(variable));
    if (!/^[\u0021-\u007e]+$/.test(value))
      return warn(`${variable} holds characters that an HTTP header can't carry.`, remedy);
    return (await travelsInTheOpen(examination)) ?? pass(`${variable} is set`);
  },
};

function trimmed(variable: string): string {
  return `export ${variable}="$(printf %s "$${variable}" | tr -d '[:space:]')"`;
}

/** A dummy may travel as it likes; a key that a server really asks for should not. */
async function travelsInTheOpen({ settings, discovery }: Examination) {
  const { value: baseUrl } = settings.baseUrl;
  if (!baseUrl.startsWith('http:') || isLoopback(baseUrl)) return null;
  const { keyRequired } = await discovery.models();
  if (keyRequired !== true) return null;
  const { hostname, port } = new URL(baseUrl);
  return warn(
    `The key goes over plain http to ${hostname}.`,
    `ssh -N -L 23333:127.0.0.1:${port || '80'} ${hostname}   # a tunnel; then: codex-lmdeploy init 127.0.0.1:23333`,
  );
}
