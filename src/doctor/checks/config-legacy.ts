import { join } from 'node:path';
import { valueAt } from '../../codex/effective.js';
import { type Legacy, legacyIn, profileLines } from '../../codex/legacy.js';
import { openCommand, sedCommand, setCommand, takeOutScript } from '../../codex/line-edit.js';
import { rowsOf } from '../../codex/place-in-layer.js';
import { FIRST_WITH_FILES } from '../../codex/profile.js';
import { topLevel } from '../../codex/provider.js';
import { isOlder } from '../../codex/version.js';
import { printable } from '../../ui/printable.js';
import { quoted, shellWord } from '../../ui/shell-word.js';
import { type Check, type Finding, fail, pass, warn } from '../check.js';
import type { Examination } from '../examination.js';
import { titled } from '../titles.js';

export const configLegacy: Check = {
  ...titled('config.legacy'),
  requires: ['config.syntax'],
  run: async (examination) =>
    (await legacyFault(examination)) ?? pass('no profile tables, no wire_api = "chat"'),
};

/**
 * What of the old ways Codex refuses (F) or passes over (W): 0.169.0 stops at `profile = …`, at `wire_api = "chat"` in any
 * block, and at `[profiles.NAME]` where it is started with `--profile NAME`.
 */
export async function legacyFault(examination: Examination): Promise<Finding | null> {
  const { layers, home, providerId, own, codex } = examination;
  const version = (await codex())?.version ?? null;
  const readsOldProfiles = version !== null && isOlder(version, FIRST_WITH_FILES);
  const files = layers.filter(({ kind }) => kind !== 'project');
  // Our own block's wire_api is what config.provider is about.
  const isOurs = ({ kind, name }: Legacy) =>
    kind === 'wire-api' && name === providerId && own['model_provider'] === providerId;
  const found = files.flatMap(legacyIn).filter((one) => !isOurs(one));
  const [first] = found;
  if (first === undefined) return null;
  const stops = ({ kind, name }: Legacy) =>
    kind === 'wire-api' || (!readsOldProfiles && (kind === 'profile-key' || name === home.profile));
  const worst = found.find(stops) ?? first;
  const list = found.map(words).join('; ');
  const detail = stops(worst)
    ? `${list}: Codex does not start with that any more.`
    : `${list}: ${readsOldProfiles ? 'newer releases of Codex refuse' : 'Codex passes over'} that.`;
  return (stops(worst) ? fail : warn)(detail, migration(worst, examination));
}

function words({ kind, name, place }: Legacy): string {
  const shown = printable(name);
  if (kind === 'profile-key') return `${place} has profile = "${shown}"`;
  if (kind === 'profile-table') return `${place} has [profiles.${shown}]`;
  return `${place} has wire_api = "chat" in [model_providers.${shown}]`;
}

function migration({ kind, name, file }: Legacy, { layers, home }: Examination): string {
  const layer = layers.find(({ path }) => path === file);
  if (layer === undefined) return `"\${EDITOR:-vi}" ${quoted(file)}`;
  if (kind === 'wire-api') {
    const path = ['model_providers', name, 'wire_api'];
    return setCommand(layer, path, 'responses', 'or remove that block, if its server has no Responses API');
  }
  const table = ['profiles', name];
  const isThere = valueAt(layer.document, table) !== undefined;
  const key = topLevel(layer.document, 'profile') === null ? '' : takeOutScript(layer, ['profile']);
  const start = `then start: codex --profile ${shellWord(name)}`;
  if (!isThere)
    return key
      ? `${sedCommand(layer, [key])}   # ${start}`
      : `${openCommand(layer, ['profile'])}   # take it out; ${start}`;
  const [lines, rows] = [profileLines(layer, name), rowsOf(layer, table)];
  // A name out of a file goes into a command only where it can do nothing there.
  if (lines === null || rows === null || key === null || !/^[\w-]+$/.test(name) || lines.some(isHeader))
    return `${openCommand(layer, table)}   # move what stands in ${quoted(`[profiles.${name}]`)} to ${shellWord(`${name}.config.toml`)} beside it, take out profile = …, and start Codex with --profile`;
  const moved = `printf '%s\\n' ${lines.map(quoted).join(' ')} >> ${quoted(join(home.path, `${name}.config.toml`))}`;
  const without = sedCommand(layer, [...(key === '' ? [] : [key]), `${rows.first},${rows.last}d`]);
  return `${moved} && ${without}   # ${start}`;
}

const isHeader = (line: string) => line.startsWith('[');
