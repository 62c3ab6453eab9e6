import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { giverOf, valueAt } from '../../codex/effective.js';
import { topLevel } from '../../codex/provider.js';
import { printable } from '../../ui/printable.js';
import { quoted } from '../../ui/shell-word.js';
import { type Check, pass, skip, warn } from '../check.js';
import type { Examination } from '../examination.js';

const KEY = 'model_catalog_json';

export const codexImages: Check = {
  id: 'codex.images',
  title: 'No image can end a session',
  requires: ['config.provider', 'server.kind'],
  async run(examination) {
    const { discovery, effective, config } = examination;
    const { listing } = await discovery.models();
    if (listing.state === 'listed' && !listing.ofLmdeploy)
      return skip('what another server does is not known');
    const model = topLevel(effective, 'model');
    if (model === null) return skip('the config names no model');
    if (await isTextOnly(examination, model)) return pass('the catalog says that the model reads text only');
    if (valueAt(effective, ['features', 'view_image']) === false)
      return pass('the model loads none by itself; one that you paste would still end the session');
    return warn(
      `LMDeploy refuses each turn of a session that holds an image, and neither a model catalog tells Codex that ${printable(model)} reads text only, nor is the tool view_image off.`,
      `"\${EDITOR:-vi}" ${quoted(config.path)}   # below [features]: view_image = false; and paste no image`,
    );
  },
};

const catalog = z.object({
  models: z.array(z.object({ slug: z.string(), input_modalities: z.array(z.string()).optional() })),
});

/** Whether the catalog in force keeps images of this model out of what Codex sends (0.169.0). */
async function isTextOnly({ layers, effective }: Examination, model: string): Promise<boolean> {
  const [path, giver] = [topLevel(effective, KEY), giverOf(layers, [KEY])];
  if (path === null || giver === null) return false;
  try {
    const text = await readFile(resolve(dirname(giver.path), path), 'utf8');
    const entry = catalog.parse(JSON.parse(text)).models.find(({ slug }) => slug === model);
    return entry?.input_modalities?.every((modality) => modality === 'text') ?? false;
  } catch {
    // A catalog that can't be read stops Codex; what Codex says of it is config.accepted's.
    return false;
  }
}
