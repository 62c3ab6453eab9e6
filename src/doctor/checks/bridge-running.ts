import { startLine } from '../../bridge/place.js';
import { troubleHint } from '../../lmdeploy/trouble.js';
import { printable } from '../../ui/printable.js';
import { type Check, fail, pass, saidBy, skip } from '../check.js';
import { titled } from '../titles.js';

export const bridgeRunning: Check = {
  ...titled('bridge.running'),
  requires: [],
  applies: ({ settings }) => settings.bridge !== null,
  async run(examination, earlier) {
    const { settings, bridge, initLine } = examination;
    const seen = await bridge();
    if (settings.bridge === null || seen === null) return skip('Codex talks to the server itself');
    const { address, server } = settings.bridge;
    if (seen.state === 'running' && seen.upstream !== server)
      return fail(
        `The bridge on ${address} leads to ${printable(seen.upstream)}, not to ${server}.`,
        `${startLine(settings.bridge)}   # in place of the one that runs there`,
      );
    if (seen.state === 'running') return pass(`${address}, which leads to ${server}`);
    if ((await earlier('network.proxy'))?.status === 'fail') return saidBy('network.proxy');
    if (seen.state === 'other')
      return fail(
        `Something else than a bridge of this tool answers on ${address}.`,
        `${initLine({ more: ['--bridge PORT'] })}   # with a free port; or end what listens there`,
      );
    const { trouble } = seen;
    return fail(
      `Codex goes through a bridge on ${address}, and none runs there: ${trouble.message}`,
      troubleHint(
        trouble,
        `${startLine(settings.bridge)}   # leave it running; or codex-lmdeploy print service systemd`,
      ),
    );
  },
};
