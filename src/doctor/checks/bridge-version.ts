import { startLine } from '../../bridge/place.js';
import { printable } from '../../ui/printable.js';
import { VERSION } from '../../version.js';
import { type Check, pass, skip, warn } from '../check.js';
import { titled } from '../titles.js';

export const bridgeVersion: Check = {
  ...titled('bridge.version'),
  requires: ['bridge.running'],
  applies: ({ settings }) => settings.bridge !== null,
  async run({ settings, bridge }) {
    const seen = await bridge();
    if (settings.bridge === null || seen?.state !== 'running') return skip('no bridge of ours answers');
    if (seen.version === VERSION) return pass(VERSION);
    return warn(
      `The bridge that runs is version ${printable(seen.version)}, and this tool is ${VERSION}.`,
      `${startLine(settings.bridge)}   # in its place; or, where systemd keeps it: systemctl --user restart codex-lmdeploy-bridge`,
    );
  },
};
