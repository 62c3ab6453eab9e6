/** An entry with which Codex 0.169.0 starts. */
export const CATALOG_ENTRY = {
  slug: 'Qwen/Qwen3.5-35B-A3B',
  display_name: 'Qwen',
  description: null,
  supported_reasoning_levels: [],
  shell_type: 'default',
  visibility: 'list',
  supported_in_api: true,
  priority: 0,
  truncation_policy: { mode: 'bytes', limit: 10_000 },
  context_window: 131_072,
  input_modalities: ['text'],
  support_verbosity: false,
  supports_parallel_tool_calls: true,
  supports_reasoning_summaries: false,
  experimental_supported_tools: [],
  base_instructions: 'You are Codex.',
};

/** A catalog with that entry alone. */
export const CATALOG = JSON.stringify({ models: [CATALOG_ENTRY] });
