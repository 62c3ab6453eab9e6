import { giverOf } from '../../codex/effective.js';
import { refusedEffort } from '../../codex/effort.js';
import { setCommand } from '../../codex/line-edit.js';
import { placeIn } from '../../codex/place-in-layer.js';
import { topLevel } from '../../codex/provider.js';
import { explain } from '../../lmdeploy/facts.js';
import { printable } from '../../ui/printable.js';
import { type Check, fail, pass, skip } from '../check.js';
import { titled } from '../titles.js';

const KEY = 'model_reasoning_effort';

export const codexEffort: Check = {
  ...titled('codex.effort'),
  requires: ['config.provider', 'server.kind'],
  async run({ discovery, effective, layers, settings }) {
    const effort = topLevel(effective, KEY);
    if (effort === null) return pass(`no ${KEY} is set`);
    if (settings.bridge !== null)
      return pass(`"${printable(effort)}", which the bridge puts as the server knows it`);
    await discovery.opening();
    const evidence = await discovery.evidence();
    const release = evidence && explain(evidence).release.value;
    if (release === null) return skip('which LMDeploy it is could not be told');
    if (refusedEffort(effective, release) === null) return pass(`"${printable(effort)}"`);
    const giver = giverOf(layers, [KEY]);
    if (giver === null) return skip('no file sets it');
    return fail(
      `${placeIn(giver, [KEY])} sets ${KEY} = "${printable(effort)}", which LMDeploy ${release} refuses on every turn.`,
      setCommand(
        giver,
        [KEY],
        'xhigh',
        "or codex-lmdeploy run, whose bridge puts it as the server knows it; or, on the server: pip install -U 'lmdeploy>=0.18'",
      ),
    );
  },
};
