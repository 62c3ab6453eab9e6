import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { readConfig } from '../../codex/config.js';
import { giverOf, keysAt, valueAt } from '../../codex/effective.js';
import { isAbove, type Layer } from '../../codex/layers.js';
import { placeIn } from '../../codex/place-in-layer.js';
import { topLevel } from '../../codex/provider.js';
import { isInSecretTable, isSecretName } from '../../toml/secret-names.js';
import { printable } from '../../ui/printable.js';
import { quoted, shellWord } from '../../ui/shell-word.js';
import { type Check, type Finding, pass, warn } from '../check.js';
import type { Examination } from '../examination.js';
import { titled } from '../titles.js';

/** A key of another file that decides what this one wants to. */
interface Shadow {
  readonly layer: Layer;
  readonly path: readonly string[];
}

export const configLayers: Check = {
  ...titled('config.layers'),
  requires: ['config.provider'],
  async run(examination) {
    const shadows = [...above(examination), ...below(examination)];
    const [first] = shadows;
    if (first === undefined) return (await otherHome(examination)) ?? pass(givers(examination));
    return warn(
      `${shadows.map((one) => words(one, examination)).join('; ')}.`,
      wayOut(first, examination.config.path),
    );
  },
};

/** The keys on which a session on LMDeploy rests. */
const TOP_LEVEL = [
  ...['model', 'model_provider', 'model_context_window', 'model_catalog_json'],
  'model_reasoning_effort',
];
/** Those of them that do something although nobody here has asked for it. */
const UNASKED = ['model_context_window', 'model_catalog_json'];

function reliedOn(layers: readonly Layer[], providerId: string): string[][] {
  const block = ['model_providers', providerId];
  const keys = new Set(layers.flatMap(({ document }) => keysAt(document, block)));
  return [...TOP_LEVEL.map((key) => [key]), ...[...keys].map((key) => [...block, key])];
}

/** What a managed or a project's file says otherwise. */
function above({ layers, own, providerId }: Examination): Shadow[] {
  return reliedOn(layers, providerId).flatMap((path) => {
    const layer = giverOf(layers, path);
    if (layer === null || !isAbove(layer)) return [];
    return isDeepStrictEqual(valueAt(layer.document, path), valueAt(own, path)) ? [] : [{ layer, path }];
  });
}

/** What the system's file adds to a block that stands in the user's. */
function below({ layers, providerId }: Examination): Shadow[] {
  const block = ['model_providers', providerId];
  if (giverOf(layers, block)?.kind === 'system') return [];
  return reliedOn(layers, providerId)
    .filter(([key = '', ...rest]) => rest.length > 0 || UNASKED.includes(key))
    .flatMap((path) => {
      const layer = giverOf(layers, path);
      return layer?.kind === 'system' ? [{ layer, path }] : [];
    });
}

function words({ layer, path }: Shadow, { own, config }: Examination): string {
  const place = placeIn(layer, path);
  const ours = layer.kind === 'system' ? undefined : valueAt(own, path);
  const instead = ours === undefined ? `which ${config.path} does not set` : `not ${shown(path, ours)}`;
  return `${place} sets ${path.join('.')} = ${shown(path, valueAt(layer.document, path))}, ${instead}`;
}

function shown(path: readonly string[], value: unknown): string {
  if (isSecretName(path) || isInSecretTable(path)) return '••••';
  return printable(JSON.stringify(value, (_, one) => (typeof one === 'bigint' ? Number(one) : one)) ?? '');
}

function wayOut({ layer, path }: Shadow, configPath: string): string {
  const key = shellWord(path.join('.'));
  switch (layer.kind) {
    case 'managed':
      return `sudoedit ${shellWord(layer.path)}   # take ${key} out; neither ${shellWord(configPath)} nor codex -c overrides that file`;
    case 'project':
      return `"\${EDITOR:-vi}" ${quoted(layer.path)}   # take ${key} out; or start Codex in a folder outside that project`;
    default:
      return `"\${EDITOR:-vi}" ${quoted(configPath)}   # set ${key} there, which overrides ${shellWord(layer.path)}`;
  }
}

/** A home named by CODEX_HOME, beside one that another shell would use. */
async function otherHome({ context, home, providerId }: Examination): Promise<Finding | null> {
  const usual = join(context.userHome, '.codex', 'config.toml');
  if (home.namedBy !== 'CODEX_HOME' || usual === home.userConfigPath) return null;
  const other = await readConfig(usual, providerId);
  if (other.state !== 'read' || topLevel(other.document, 'model_provider') !== providerId) return null;
  return warn(
    `${usual} is set up for LMDeploy too, but Codex goes by ${home.path}, which CODEX_HOME names.`,
    `unset CODEX_HOME   # to go by ~/.codex; or: env -u CODEX_HOME codex-lmdeploy remove`,
  );
}

function givers({ layers }: Examination): string {
  const model = giverOf(layers, ['model']);
  return model === null ? 'nothing names a model' : `the model is named by ${model.path}`;
}
