import { shellWord } from '../ui/shell-word.js';

/** How a model family's calls and thoughts are read by LMDeploy 0.18.0. */
interface Family {
  readonly pattern: RegExp;
  /** `--tool-call-parser`; null: none is known; `built-in`: the server brings it and refuses the option. */
  readonly tools: string | null | 'built-in';
  readonly reasoning: string | null;
}

// The first match counts, so a family stands above those whose name it contains.
const FAMILIES: readonly Family[] = [
  { pattern: /gpt-oss/, tools: 'built-in', reasoning: null },
  { pattern: /deepseek-v4/, tools: 'deepseek-v4', reasoning: 'deepseek-v4' },
  { pattern: /deepseek-v3\.2/, tools: 'deepseek-v32', reasoning: 'deepseek-v32' },
  { pattern: /deepseek-v3/, tools: null, reasoning: 'deepseek-v3' },
  { pattern: /deepseek-r1|qwq/, tools: null, reasoning: 'default' },
  { pattern: /qwen3-coder/, tools: 'qwen3coder', reasoning: null },
  { pattern: /qwen3\.5/, tools: 'qwen3coder', reasoning: 'default' },
  { pattern: /qwen3(?![.\d]).*instruct/, tools: 'qwen3', reasoning: null },
  { pattern: /qwen3(?![.\d])/, tools: 'qwen3', reasoning: 'default' },
  { pattern: /qwen2\.5/, tools: 'qwen2d5', reasoning: null },
  { pattern: /intern-s2-preview/, tools: 'interns2-preview', reasoning: 'default' },
  { pattern: /intern-s1-pro/, tools: 'qwen3', reasoning: 'default' },
  { pattern: /intern-s1/, tools: 'intern-s1', reasoning: 'default' },
  { pattern: /internlm(2|3)/, tools: 'internlm', reasoning: null },
  { pattern: /llama-?3[._-][123](?!\d)/, tools: 'llama3', reasoning: null },
  { pattern: /glm-?4[._-]7/, tools: 'glm47', reasoning: null },
  { pattern: /kimi-k2/, tools: 'kimi_k2', reasoning: null },
];

/** Every `--tool-call-parser` of LMDeploy 0.18.0 that this tool knows a model for. */
export const TOOL_CALL_PARSERS: readonly string[] = [
  ...new Set(FAMILIES.flatMap(({ tools }) => (tools === null || tools === 'built-in' ? [] : [tools]))),
];

export interface Launch {
  /** The command line. Where the parser is not known it holds `NAME` in its place. */
  readonly line: string;
  /** Whether calls of this model are understood with that line. */
  readonly toolsKnown: boolean;
}

/**
 * The command that serves `model` in a way that Codex can use.
 *
 * @param model a served name, a hub id or a path
 * @param port left out where it is LMDeploy's own
 */
export function launch(model: string, port = '23333'): Launch {
  const name = model.toLowerCase().split(/[/\\]/).filter(Boolean).at(-1) ?? '';
  const family = FAMILIES.find(({ pattern }) => pattern.test(name));
  const tools = family?.tools ?? null;
  const words = ['lmdeploy serve api_server', shellWord(model)];
  if (tools !== 'built-in') words.push(`--tool-call-parser ${tools ?? 'NAME'}`);
  if (family?.reasoning) words.push(`--reasoning-parser ${family.reasoning}`);
  if (port !== '23333' && port !== '') words.push(`--server-port ${port}`);
  return { line: words.join(' '), toolsKnown: tools !== null };
}
