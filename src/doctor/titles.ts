/**
 * Every check by its id, with its title, in the order in which a report shows them. Apart from the checks, so that a list
 * of them needs none of what they are made of.
 */
export const TITLES = {
  'codex.installed': 'Codex is installed',
  'codex.home': "Codex's home can be used",
  'config.syntax': 'The config is TOML',
  'config.provider': 'Codex is set up for LMDeploy',
  'config.layers': 'No other config file overrides it',
  'config.accepted': 'The installed Codex loads the config',
  'config.legacy': 'Nothing in the config is from before Codex 0.134',
  'config.leftovers': 'Other tools have left nothing in the way',
  'config.changed': 'What init wrote is as it was written',
  'key.variable': 'The key variable is set',
  'network.proxy': 'Nothing stands between Codex and the server',
  'bridge.running': 'The bridge in between answers',
  'bridge.version': 'The bridge is of this version',
  'server.reachable': 'The server answers',
  'server.kind': 'The server is an LMDeploy with the Responses API',
  'server.release': 'LMDeploy is up to date',
  'server.awake': 'The engine is awake',
  'server.key': 'The server takes the key',
  'model.served': 'The configured model is served',
  'responses.answers': 'A turn gets an answer',
  'responses.stream': 'The stream holds what Codex needs',
  'responses.tools': 'The model can call tools',
  'responses.turn': 'A second turn is taken',
  'responses.arguments': 'A call without arguments is taken back',
  'responses.reasoning': 'Thoughts stay out of the answers',
  'responses.context': 'The context window is large enough',
  'catalog.entry': 'The model catalog is right',
  'codex.effort': 'The server takes the reasoning effort',
  'codex.mcp': 'No MCP server whose tools the model would not see',
  'codex.images': 'No image can end a session',
  'codex.websearch': 'No web search that would never happen',
  'fleet.same': 'The servers are alike (--each, --server)',
  'fleet.sticky': 'The front keeps a session on one server (--each, --server)',
  'fleet.streams': 'The front passes events on as they come (--each, --server)',
  'live.turn': 'A real turn of Codex runs a command (--live)',
} as const;

/** A check's id and its title. */
export function titled<I extends keyof typeof TITLES>(id: I): { id: I; title: (typeof TITLES)[I] } {
  return { id, title: TITLES[id] };
}
