/** Pieces of turns as Codex 0.134.0 to 0.169.0 sends them, shortened. */
export const text = (role: string, words: string) => ({
  type: 'message',
  role,
  content: [{ type: role === 'assistant' ? 'output_text' : 'input_text', text: words }],
});
export const HELLO = text('user', 'hello');

export const fn = (name: string, more: object = {}) => ({
  type: 'function',
  name,
  description: `What ${name} does`,
  strict: false,
  parameters: { type: 'object', properties: {} },
  ...more,
});
export const MCP = {
  type: 'namespace',
  name: 'mcp__t',
  description: 'Tools in the mcp__t namespace.',
  tools: [fn('add')],
};
export const AGENTS = {
  type: 'namespace',
  name: 'multi_agent_v1',
  description: 'Tools for spawning sub-agents.',
  tools: [fn('spawn_agent'), fn('wait_agent')],
};
export const PATCH = {
  type: 'custom',
  name: 'apply_patch',
  description: 'Edits files. This is a FREEFORM tool, so do not wrap the patch in JSON.',
  format: { type: 'grammar', syntax: 'lark', definition: 'start: begin_patch' },
};
export const FLAT_PATCH = {
  type: 'function',
  name: 'apply_patch',
  description: 'Edits files.\n\n`input` follows this lark grammar:\nstart: begin_patch',
  strict: false,
  parameters: {
    type: 'object',
    properties: { input: { type: 'string', description: 'The whole input, as plain text.' } },
    required: ['input'],
    additionalProperties: false,
  },
};
/** Offered by 0.169.0 where the catalog entry says `supports_search_tool`. */
export const SEARCH = {
  type: 'tool_search',
  execution: 'client',
  description: 'Finds tools.',
  parameters: { type: 'object', properties: { query: { type: 'string' } }, required: ['query'] },
};
export const WEB_SEARCH = { type: 'web_search', external_web_access: true };

export const CALL = {
  type: 'function_call',
  id: 'fc_1',
  call_id: 'c1',
  name: 'exec_command',
  arguments: '{"cmd":"ls"}',
};
export const OUTPUT = { type: 'function_call_output', call_id: 'c1', output: 'done' };
