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
  { pattern: /qwen3[-_]coder/, tools: 'qwen3coder', reasoning: null },
  { pattern: /qwen3\.5/, tools: 'qwen3coder', reasoning: 'default' },
  { pattern: /qwen3(?![.\d]).*instruct/, tools: 'qwen3', reasoning: null },
  { pattern: /qwen3(?![.\d])/, tools: 'qwen3', reasoning: 'default' },
  { pattern: /qwen2\.5/, tools: 'qwen2d5', reasoning: null },
  { pattern: /intern-s2-preview/, tools: 'interns2-preview', reasoning: 'default' },
  { pattern: /intern-s1-pro/, tools: 'qwen3', reasoning: 'default' },
  { pattern: /intern-s1/, tools: 'intern-s1', reasoning: 'default' },
  { pattern: /internlm(2|3)/, tools: 'internlm', reasoning: null },
  { pattern: /llama-?3[._-][123](?!\d)/, tools: 'llama3', reasoning: null },
  { pattern: /glm-?4[._-]7(?!\d|b\b)/, tools: 'glm47', reasoning: null },
  { pattern: /kimi[-_]k2(?![.\d])/, tools: 'kimi_k2', reasoning: null },
];

/** Every `--tool-call-parser` of LMDeploy 0.18.0 that this tool knows a model for. */
export const TOOL_CALL_PARSERS: readonly string[] = [
  ...new Set(FAMILIES.flatMap(({ tools }) => (tools === null || tools === 'built-in' ? [] : [tools]))),
];

/** What of a launch line is the user's to say. */
export interface LaunchOptions {
  /** Left out of the line where it is LMDeploy's own. */
  readonly port?: string | undefined;
  /** `--session-len`, in tokens. */
  readonly sessionLength?: number | undefined;
  /** `--reasoning-parser`, where it is known better than by the model's name; null: none. */
  readonly reasoningParser?: string | null;
  /** Whether the server understands the model's calls already, with whatever parser it has. */
  readonly hasParser?: boolean;
  /** The variable whose value is to become `--api-keys`; only its name gets into the line. */
  readonly apiKeysFrom?: string | undefined;
}

export interface Launch {
  /** The command line; without `--tool-call-parser` where none is known. */
  readonly line: string;
  /** What has to be given for calls of this model to be understood; null: nothing, or nothing is known. */
  readonly toolCallParser: string | null;
  readonly reasoningParser: string | null;
  /** Whether calls of this model are understood with that line. */
  readonly toolsKnown: boolean;
}

/**
 * The command that serves `model` in a way that Codex can use.
 *
 * @param model a served name, a hub id or a path
 */
export function launch(model: string, options: LaunchOptions = {}): Launch {
  const family = FAMILIES.find(({ pattern }) => pattern.test(nameIn(model)));
  const tools = family?.tools ?? null;
  const toolCallParser = tools === 'built-in' ? null : tools;
  const reasoningParser = family?.reasoning ?? null;
  const line = write(model, { toolCallParser, reasoningParser, ...options });
  return { line, toolCallParser, reasoningParser, toolsKnown: tools !== null };
}

/** The same line, but with `NAME` where the parser of a model that is not known belongs. */
export function launchWithGap(model: string, options: LaunchOptions = {}): string {
  const { line, toolsKnown, reasoningParser } = launch(model, options);
  return toolsKnown ? line : write(model, { toolCallParser: 'NAME', reasoningParser, ...options });
}

/** What such a line is for where the server lacks something. */
export const AGAIN = 'start the server again like this';

/**
 * The line that starts a server, as a remedy; for a model that is not known, with what to put in the gap.
 *
 * @param what what it does, for the reader
 * @param host where the server runs; null: on this machine
 */
export function launchRemedy(model: string, what: string, host: string | null, options: LaunchOptions = {}) {
  const place = host === null ? '' : `on ${shellWord(host)}: `;
  const name = options.hasParser ? 'the one that it has now' : `one of ${TOOL_CALL_PARSERS.join(', ')}`;
  const gap = launch(model).toolsKnown ? '' : `, NAME being ${name}`;
  return `${launchWithGap(model, options)}   # ${place}${what}${gap}`;
}

/**
 * The parser for a model whose answers were seen: one that does not think gets none, for it would take every answer for a
 * thought. Undefined: nothing was seen, and the name has to tell.
 */
export function reasoningParserFor(
  model: string,
  seen: 'none' | 'separate' | 'inline' | null,
): Pick<LaunchOptions, 'reasoningParser'> {
  if (seen === null) return {};
  return { reasoningParser: seen === 'none' ? null : (launch(model).reasoningParser ?? 'default') };
}

interface Words extends Omit<LaunchOptions, 'reasoningParser' | 'hasParser'> {
  readonly toolCallParser: string | null;
  readonly reasoningParser: string | null;
}

function write(model: string, words: Words): string {
  const { toolCallParser, reasoningParser, port = '', sessionLength, apiKeysFrom } = words;
  return [
    `lmdeploy serve api_server ${shellWord(model)}`,
    ...(toolCallParser ? [`--tool-call-parser ${toolCallParser}`] : []),
    ...(reasoningParser ? [`--reasoning-parser ${reasoningParser}`] : []),
    ...(port !== '23333' && port !== '' ? [`--server-port ${port}`] : []),
    ...(sessionLength === undefined ? [] : [`--session-len ${sessionLength}`]),
    ...(apiKeysFrom === undefined ? [] : [`--api-keys "$${apiKeysFrom}"`]),
  ].join(' ');
}

/** The part of a name or path that tells the family: its last, or the repository in a folder of the hub's cache. */
function nameIn(model: string): string {
  const parts = model.toLowerCase().split(/[/\\]/).filter(Boolean);
  const cached = parts.findLast((part) => part.startsWith('models--'));
  return cached?.split('--').at(-1) ?? parts.at(-1) ?? '';
}
