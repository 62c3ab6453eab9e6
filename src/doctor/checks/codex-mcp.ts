import { keysAt, valueAt } from '../../codex/effective.js';
import { quoteKey } from '../../toml/quote.js';
import { printable } from '../../ui/printable.js';
import { quoted } from '../../ui/shell-word.js';
import { type Check, pass, skip, warn } from '../check.js';
import { titled } from '../titles.js';

export const codexMcp: Check = {
  ...titled('codex.mcp'),
  requires: ['config.provider', 'server.kind'],
  async run({ effective, discovery, settings, home }) {
    const enabled = keysAt(effective, ['mcp_servers']).filter(
      (name) => valueAt(effective, ['mcp_servers', name, 'enabled']) !== false,
    );
    if (enabled.length === 0) return pass('none is set up');
    if (settings.bridge !== null) return pass('the bridge carries their tools');
    const { listing } = await discovery.models();
    if (listing.state === 'listed' && !listing.ofLmdeploy)
      return skip('what another server does is not known');
    const names = enabled.map(printable);
    const off = enabled.map(
      (name) => `-c ${quoted(`mcp_servers.${quoteKey(printable(name))}.enabled=false`)}`,
    );
    const profile = home.profile === null ? '' : ` --profile ${home.profile}`;
    // Codex sends them as a `namespace`, and LMDeploy drops every tool that is no `function` (0.14 to 0.18).
    return warn(
      `LMDeploy drops the tools of MCP servers before the model sees them: ${names.join(', ')}. Nothing in Codex's config changes that.`,
      `codex-lmdeploy run${profile}   # starts Codex with a bridge that carries them; without one: codex${profile} ${off.join(' ')}`,
    );
  },
};
