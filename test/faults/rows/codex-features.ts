import type { Fault } from '../fault.js';

/** What Codex is told to do that comes to nothing with LMDeploy, or ends a session. */
export const CODEX_FEATURES: readonly Fault[] = [
  {
    what: 'an MCP server',
    set: (the) =>
      the.append(
        '[mcp_servers.github]\ncommand = "true"\n[mcp_servers.off]\ncommand = "true"\nenabled = false',
      ),
    check: 'codex.mcp',
    status: 'warn',
    says: /before the model sees them: github\. /,
    cause: /model sees them: github|mcp_servers/,
    real: true,
  },
  {
    what: 'web search, switched on',
    set: (the) => the.prepend('web_search = "live"'),
    check: 'codex.websearch',
    status: 'warn',
    says: /config\.toml:1 sets web_search \("live"\)/,
    cause: /web_search/,
    mends: true,
    real: true,
  },
  {
    what: 'web search, switched on in the old way',
    set: (the) => the.append('[tools]\nweb_search = true'),
    check: 'codex.websearch',
    status: 'warn',
    says: /config\.toml:13 sets tools\.web_search/,
    cause: /web_search/,
  },
  {
    what: 'nothing that keeps images out',
    set: (the) => the.edit('view_image = false', ''),
    check: 'codex.images',
    status: 'warn',
    says: /neither a model catalog tells Codex that Qwen\/Qwen3\.5-35B-A3B reads text only/,
    cause: /image/,
    mends: true,
    real: true,
  },
  ...(['0.16', '0.15'] as const).map(
    (release): Fault => ({
      what: `an effort that LMDeploy ${release} refuses`,
      set: (the) => the.prepend('model_reasoning_effort = "max"'),
      check: 'codex.effort',
      status: 'fail',
      says: /config\.toml:1 sets model_reasoning_effort = "max", which LMDeploy 0\.1[46].* refuses/,
      mends: true,
      server: { release, toolCallParser: 'qwen3coder' },
      beside: ['server.release'],
    }),
  ),
];
