import fc from 'fast-check';
import type { JsonObject } from '../../../src/bridge/translate/turn.js';

// Whatever has the shape of a request of Codex's, and some that only nearly has.

const name = fc.oneof(
  fc.constantFrom('add', 'a__b', 'b', 'apply_patch', 'mcp__t', 'mcp__t__add', 'x.y', 'é', 'n'.repeat(70)),
  fc.string({ minLength: 1, maxLength: 80 }),
);
const plainTool = fc.record({
  type: fc.constantFrom('function', 'custom', 'web_search', 'tool_search', 'computer', 'image_generation'),
  execution: fc.constantFrom('client', 'server', undefined),
  name,
  description: fc.option(fc.string(), { nil: undefined }),
  parameters: fc.constantFrom(undefined, { type: 'object', properties: {} }, { anyOf: [{}] }),
});
export const namespaceTool = fc.record({
  type: fc.constant('namespace'),
  name,
  description: fc.string(),
  tools: fc.array(plainTool, { maxLength: 4 }),
});
export const tools = fc.array(fc.oneof(plainTool, namespaceTool), { maxLength: 8 });

const part = fc.oneof(
  fc.record(
    {
      type: fc.constantFrom('input_text', 'output_text', 'text'),
      text: fc.oneof(fc.string(), fc.constant(null)),
      annotations: fc.constantFrom([], null),
      logprobs: fc.constantFrom([], null),
    },
    { requiredKeys: ['type'] },
  ),
  fc.record({
    type: fc.constantFrom('input_image', 'input_file', 'refusal', 'input_audio', 'encrypted_content', 'x'),
    encrypted_content: fc.string(),
  }),
  fc.constantFrom('x', null, {}),
);
const content = fc.oneof(
  fc.string(),
  fc.array(part, { maxLength: 4 }),
  fc.constantFrom(null, { content: 'x' }, undefined),
);
const args = fc.oneof(
  fc.json(),
  fc.string(),
  fc.constantFrom('', '{"a":"\\ud800"}', `{"a":${'['.repeat(600)}${']'.repeat(600)}}`, undefined, { a: 1 }),
);
const ITEMS = [
  ...['message', 'function_call', 'function_call_output', 'custom_tool_call', 'custom_tool_call_output'],
  ...['reasoning', 'web_search_call', 'local_shell_call', 'tool_search_call', 'tool_search_output'],
  ...['compaction', 'compaction_trigger', 'item_reference', 'additional_tools', 'ghost_snapshot'],
  ...['agent_message', 'image_generation_call', 'constructor', null, 5],
];
const item = fc.record(
  {
    type: fc.constantFrom(...ITEMS),
    role: fc.constantFrom('user', 'assistant', 'developer', 'system', 'tool', undefined),
    status: fc.constantFrom('completed', 'in_progress', undefined),
    content,
    output: content,
    name: fc.oneof(name, fc.constant('')),
    namespace: fc.option(name, { nil: undefined }),
    arguments: args,
    input: fc.oneof(fc.string(), fc.constant(undefined)),
    call_id: fc.oneof(fc.string(), fc.constant(undefined)),
    id: fc.oneof(fc.string(), fc.constant(undefined)),
    action: fc.constantFrom(undefined, { query: 'q' }, { command: ['ls'] }),
    tools: fc.option(tools, { nil: undefined }),
  },
  { requiredKeys: ['type'] },
);
const choice = fc.oneof(
  fc.constantFrom('auto', 'none', 'required', 'any', null),
  fc.record({
    type: fc.constantFrom('function', 'custom', 'web_search', 'allowed_tools'),
    name,
    namespace: fc.option(name, { nil: undefined }),
  }),
);

/** Any request, as it comes off the wire. */
export const request: fc.Arbitrary<JsonObject> = fc
  .record(
    {
      stream: fc.boolean(),
      input: fc.oneof(fc.string(), fc.array(item, { minLength: 1, maxLength: 12 })),
      tools: fc.oneof(tools, fc.constant(null)),
      tool_choice: choice,
      reasoning: fc.constantFrom(
        null,
        { effort: 'max' },
        { effort: 'ultra', summary: 'none' },
        { summary: 'auto' },
      ),
      service_tier: fc.constantFrom(null, 'priority', 'ultrafast'),
    },
    { requiredKeys: ['input'] },
  )
  .map((body) => JSON.parse(JSON.stringify(body)) as JsonObject);
