import { isObject, type JsonObject, objectsIn, textOr } from './json.js';
import { keyOf, type Names, namesFor, type Origin } from './names.js';

/** The tools of a turn as the server gets them. */
export interface FlatTools {
  readonly tools: readonly JsonObject[];
  readonly names: Names;
  /** The types that LMDeploy has nothing for. */
  readonly leftOut: readonly string[];
}

interface Found {
  readonly origin: Origin;
  readonly tool: JsonObject;
  /** What its namespace says of itself, with the first tool of it. */
  readonly about: string;
}

/**
 * Makes a function of every tool that a model can be told of as one: LMDeploy drops every other type before the model
 * sees it (0.14 to 0.18). Their order stays. Pure.
 *
 * @param tools as Codex lists them
 */
export function flatten(tools: readonly JsonObject[]): FlatTools {
  const leftOut: string[] = [];
  const seen = new Set<string>();
  const found = tools
    .flatMap((tool) => foundIn(tool, leftOut))
    .filter(({ origin: { namespace, name } }) => {
      const key = keyOf(namespace, name);
      return !seen.has(key) && seen.add(key);
    });
  const names = namesFor(found.map(({ origin }) => origin));
  return { tools: found.map((one) => asFunction(one, names)), names, leftOut };
}

function foundIn(tool: JsonObject, leftOut: string[]): Found[] {
  const type = textOr(tool['type'], '');
  const name = textOr(tool['name'], '');
  if (type === 'namespace' && name !== '') {
    const inside = objectsIn(tool['tools']).flatMap((one) => callable(one, name, leftOut));
    return inside.map((one, index) => (index === 0 ? { ...one, about: aboutOf(tool, name) } : one));
  }
  return callable(tool, null, leftOut);
}

function callable(tool: JsonObject, namespace: string | null, leftOut: string[]): Found[] {
  const kind = tool['type'];
  const name = textOr(tool['name'], '');
  if ((kind === 'function' || kind === 'custom') && name !== '')
    return [{ origin: { kind, namespace, name }, tool, about: '' }];
  if (isSearch(tool))
    return [{ origin: { kind: 'search', namespace: null, name: TOOL_SEARCH }, tool, about: '' }];
  leftOut.push(`the tool ${textOr(kind, 'without a type')}`);
  return [];
}

/** The name of the function that stands for Codex's search for tools. */
export const TOOL_SEARCH = 'tool_search';

/** To a model whose catalog entry says `supports_search_tool`, Codex 0.169.0 shows some tools only once it looks for them. */
function isSearch({ type, execution }: JsonObject): boolean {
  return type === TOOL_SEARCH && execution === 'client';
}

/** Codex 0.169.0 describes a namespace that says nothing of itself by its name. */
function aboutOf(namespace: JsonObject, name: string): string {
  const description = textOr(namespace['description'], '').trim();
  if (description === '' || description === `Tools in the ${name} namespace.`) return '';
  return `\n\nOf all tools whose names begin with ${name.replace(/__$/, '')}__: ${description}`;
}

function asFunction({ origin, tool, about }: Found, names: Names): JsonObject {
  const { kind, namespace, name } = origin;
  const flat = names.flat(namespace, name);
  if (kind === 'custom') {
    const { type: _type, format: _format, ...rest } = tool;
    const description = describeCustom(tool) + about;
    return { ...rest, type: 'function', name: flat, description, strict: false, parameters: ONE_TEXT };
  }
  if (kind === 'search') {
    const { execution: _execution, ...rest } = tool;
    return { ...rest, type: 'function', name: flat, strict: false };
  }
  if (flat === name && about === '') return tool;
  return {
    ...tool,
    name: flat,
    ...(about !== '' && { description: textOr(tool['description'], '') + about }),
  };
}

const ONE_TEXT = {
  type: 'object',
  properties: { input: { type: 'string', description: 'The whole input, as plain text.' } },
  required: ['input'],
  additionalProperties: false,
};

/** What Codex 0.134.0 to 0.169.0 says of `apply_patch`, and what would be wrong advice for a function. */
const NO_JSON = /\s*This is a FREEFORM tool, so do not wrap the patch in JSON\.?/;

function describeCustom(tool: JsonObject): string {
  const description = textOr(tool['description'], '').replace(NO_JSON, '').trim();
  const format = isObject(tool['format']) ? tool['format'] : {};
  const definition = textOr(format['definition'], '').trim();
  const lines = description === '' ? [] : [description];
  if (definition !== '') {
    const syntax = textOr(format['syntax'], '');
    lines.push(`\`input\` follows this ${syntax === '' ? '' : `${syntax} `}grammar:\n${definition}`);
  }
  return lines.join('\n\n');
}

const CHOICES: readonly unknown[] = ['auto', 'none', 'required'];

/**
 * What may be called, in LMDeploy's terms: `auto`, `none`, `required` or one function. Pure.
 *
 * @param choice the request's `tool_choice`
 */
export function flatChoice(choice: unknown, { tools, names }: FlatTools): unknown {
  // LMDeploy refuses `required` where it is told of no tool.
  if (choice === 'required' && tools.length === 0) return 'auto';
  if (!isObject(choice)) return CHOICES.includes(choice) ? choice : 'auto';
  const { type, name } = choice;
  if (type === 'allowed_tools')
    return flatChoice(choice['mode'] === 'required' ? 'required' : 'auto', { tools, names, leftOut: [] });
  if ((type !== 'function' && type !== 'custom') || typeof name !== 'string') return 'auto';
  const flat = names.flat(textOr(choice['namespace'], null), name);
  if (!names.origins.has(flat)) return 'auto';
  const { namespace: _namespace, ...rest } = choice;
  return flat === name && type === 'function' && !('namespace' in choice)
    ? choice
    : { ...rest, type: 'function', name: flat };
}
