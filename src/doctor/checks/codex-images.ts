import { entryOf } from '../../codex/catalog-in-force.js';
import { valueAt } from '../../codex/effective.js';
import { topLevel } from '../../codex/provider.js';
import { printable } from '../../ui/printable.js';
import { type Check, pass, skip, warn } from '../check.js';
import { titled } from '../titles.js';

export const codexImages: Check = {
  ...titled('codex.images'),
  requires: ['config.provider', 'server.kind'],
  async run({ discovery, effective, catalog, initLine, settings }) {
    if (settings.bridge !== null) return pass('the bridge puts a line of text in the place of each');
    const { listing } = await discovery.models();
    if (listing.state === 'listed' && !listing.ofLmdeploy)
      return skip('what another server does is not known');
    const model = topLevel(effective, 'model');
    if (model === null) return skip('the config names no model');
    const entry = entryOf(catalog, model);
    const modalities = entry?.input_modalities;
    if (modalities?.every((modality) => modality === 'text'))
      return pass('the catalog says that the model reads text only');
    if (entry !== null) return skip('catalog.entry says what is wrong there');
    if (valueAt(effective, ['features', 'view_image']) === false)
      return pass('the model loads none by itself; one that you paste would still end the session');
    return warn(
      `LMDeploy refuses each turn of a session that holds an image, and neither a model catalog tells Codex that ${printable(model)} reads text only, nor is the tool view_image off.`,
      `${initLine({ more: ['--catalog'] })}   # or init --profile, which leaves config.toml alone; or codex-lmdeploy run, whose bridge takes images out`,
    );
  },
};
