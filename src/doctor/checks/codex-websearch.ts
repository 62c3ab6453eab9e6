import { giverOf, valueAt } from '../../codex/effective.js';
import { openCommand, setCommand } from '../../codex/line-edit.js';
import { placeIn } from '../../codex/place-in-layer.js';
import { printable } from '../../ui/printable.js';
import { shellWord } from '../../ui/shell-word.js';
import { type Check, pass, warn } from '../check.js';
import { titled } from '../titles.js';

/** Where web search is switched on, the old ways among it (Codex 0.169.0). It is on by itself, and nobody relies on that. */
const SWITCHES = [
  ['web_search'],
  ['tools', 'web_search'],
  ['features', 'web_search'],
  ['features', 'web_search_request'],
  ['features', 'web_search_cached'],
];

export const codexWebsearch: Check = {
  ...titled('codex.websearch'),
  requires: ['config.provider'],
  async run({ effective, layers, config }) {
    const on = SWITCHES.find((path) => isOn(valueAt(effective, path)));
    const giver = on && giverOf(layers, on);
    if (!on || !giver) return pass('the config asks for none');
    const value = valueAt(effective, on);
    const said = typeof value === 'string' ? `"${printable(value)}"` : 'on';
    return warn(
      `${placeIn(giver, on)} sets ${on.join('.')} (${said}), but LMDeploy drops that tool: the model can't search the web.`,
      on.length === 1
        ? setCommand(giver, on, 'disabled')
        : `${openCommand(giver, on)}   # take ${on.join('.')} out, and write at the top${giver.path === config.path ? '' : ` of ${shellWord(config.path)}`}: web_search = "disabled"`,
    );
  },
};

function isOn(value: unknown): boolean {
  return value === true || (typeof value === 'string' && value !== 'disabled') || isTable(value);
}

/** `[tools.web_search]` holds settings of it. */
function isTable(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
