import { topLevel } from '../../codex/provider.js';
import { nearestModel } from '../../lmdeploy/nearest-model.js';
import { notServed } from '../../lmdeploy/symptoms.js';
import { printable } from '../../ui/printable.js';
import { quoted } from '../../ui/shell-word.js';
import { type Check, fail, pass, skip } from '../check.js';
import { titled } from '../titles.js';

export const modelServed: Check = {
  ...titled('model.served'),
  requires: ['server.awake', 'server.key'],
  async run({ discovery, configuredModel, effective, providerId, initLine, launchLine }) {
    const { listing } = await discovery.models();
    if (listing.state !== 'listed') return skip('the server listed no models');
    const served = listing.models.map(({ id }) => id);
    if (served.length === 0)
      return fail('The server lists no model at all.', await launchLine('start it again with a model'));
    const isSelected = topLevel(effective, 'model_provider') === providerId;
    const [first = ''] = served;
    if (isSelected && topLevel(effective, 'model') === null)
      return fail(
        `The config names no model, so Codex asks for one of OpenAI's; "${printable(first)}" is served.`,
        initLine({ more: ['--model', quoted(first)] }),
      );
    if (configuredModel === null)
      return skip(`none is configured on this provider; ${printable(served[0] ?? '')} is tried`);
    if (served.includes(configuredModel)) return pass(printable(configuredModel));
    const nearest = nearestModel(configuredModel, served);
    return fail(notServed(configuredModel, nearest), initLine({ more: [`--model ${quoted(nearest)}`] }));
  },
};
