import { createHash } from 'node:crypto';

/** A tool as Codex knows it. */
export interface Origin {
  /** What its calls are in Codex's own terms: `custom` ones take a text, no JSON; `search` ones find more tools. */
  readonly kind: 'function' | 'custom' | 'search';
  readonly namespace: string | null;
  readonly name: string;
}

/** The names of a turn's tools on both sides. */
export interface Names {
  /** By the names that the server knows. */
  readonly origins: ReadonlyMap<string, Origin>;
  /** The server's name for a tool, whether it is still offered or only called in the history. */
  flat(namespace: string | null, name: string): string;
}

const LONGEST = 64;
const FITTING = /^[a-zA-Z0-9_-]{1,64}$/;

/**
 * The name by which a server gets to know a tool: letters, digits, `-` and `_`, 64 at most. It depends on the tool alone:
 * a name that changed when another tool came or went would cost the server its prefix cache. Pure.
 */
export function flatName(namespace: string | null, name: string): string {
  const whole = wholeName(namespace, name);
  return FITTING.test(whole) ? whole : marked(namespace, name);
}

/** Codex 0.134.0 and 0.150.0 end the name of an MCP server's namespace with the two underscores. */
function wholeName(namespace: string | null, name: string): string {
  if (namespace === null) return name;
  return namespace.endsWith('__') ? namespace + name : `${namespace}__${name}`;
}

/** The readable part of a name, and a hash that tells it from others with the same. */
function marked(namespace: string | null, name: string, ...again: number[]): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([namespace, name, ...again]))
    .digest('hex')
    .slice(0, 8);
  const readable = wholeName(namespace, name)
    .replace(/[^a-zA-Z0-9_-]/g, '_')
    .slice(0, LONGEST - hash.length - 1);
  return `${readable}_${hash}`;
}

/**
 * Names for the tools of one turn. Where two would have the same, the one that stands first keeps it. Pure.
 *
 * @param tools in the order of the request; the same tool twice counts once
 */
export function namesFor(tools: readonly Origin[]): Names {
  const origins = new Map<string, Origin>();
  const flats = new Map<string, string>();
  // A name that needs no change is never given away: a function of Codex's own goes by it.
  const inOrder = [...tools].sort((a, b) => Number(isFlat(b)) - Number(isFlat(a)));
  for (const tool of inOrder) {
    const { namespace, name } = tool;
    const key = keyOf(namespace, name);
    if (flats.has(key)) continue;
    let flat = flatName(namespace, name);
    for (let again = 0; origins.has(flat); again += 1)
      flat = again === 0 ? marked(namespace, name) : marked(namespace, name, again);
    flats.set(key, flat);
    origins.set(flat, tool);
  }
  return {
    origins,
    flat: (namespace, name) => flats.get(keyOf(namespace, name)) ?? flatName(namespace, name),
  };
}

function isFlat({ namespace, name }: Origin): boolean {
  return namespace === null && FITTING.test(name);
}

/** One text for both parts of a tool's name in Codex. */
export function keyOf(namespace: string | null, name: string): string {
  return JSON.stringify([namespace, name]);
}
