import { createHash } from 'node:crypto';
import { grouped } from '../ui/grouped.js';
import { outputLimit } from './compaction.js';

/** An entry of a model catalog: the fields without which Codex 0.134.0 to 0.169.0 does not start, and the prompt. */
export interface CatalogEntry extends Readonly<Record<string, unknown>> {
  readonly slug: string;
  readonly context_window: number | null;
  readonly input_modalities: readonly string[];
  readonly base_instructions: string;
}

/** What all models of a server have in common: one engine serves them, and Codex treats them alike. */
export interface ServedAlike {
  /** In tokens; null: not known. */
  readonly contextWindow: number | null;
  readonly prompt: string;
  /** As Codex has it for a model that it doesn't know. */
  readonly parallelToolCalls: boolean;
  /** Whether a bridge carries what LMDeploy alone would drop. */
  readonly isBridged?: boolean;
}

/** Each entry holds the whole prompt; a server with more models than this is a gateway, and nobody scrolls that far. */
const MOST_ENTRIES = 64;

/**
 * Entries for models that Codex doesn't know. Text only, for LMDeploy refuses each turn with an image in it; without a
 * bridge no `apply_patch` tool, which Codex 0.169.0 sends as a type that LMDeploy drops. Pure.
 *
 * @param models the served names, the one to use first
 */
export function entriesFor(
  models: readonly string[],
  { contextWindow, prompt, parallelToolCalls, isBridged = false }: ServedAlike,
): CatalogEntry[] {
  return models.slice(0, MOST_ENTRIES).map((slug, priority) => ({
    slug,
    display_name: slug,
    description: null,
    supported_reasoning_levels: [],
    shell_type: 'default',
    visibility: 'list',
    supported_in_api: true,
    priority,
    ...truncation(contextWindow),
    context_window: contextWindow,
    input_modalities: ['text'],
    support_verbosity: false,
    supports_parallel_tool_calls: parallelToolCalls,
    supports_reasoning_summaries: false,
    experimental_supported_tools: [],
    ...(isBridged && APPLY_PATCH),
    base_instructions: prompt,
  }));
}

/** The only kind that Codex 0.134.0 to 0.169.0 takes: a `custom` tool, which a bridge makes a function. */
const APPLY_PATCH = { apply_patch_tool_type: 'freeform' };

/** Whether Codex has the model patch files by a tool of its own. */
export function offersApplyPatch(entry: Readonly<Record<string, unknown>>): boolean {
  return entry['apply_patch_tool_type'] === APPLY_PATCH.apply_patch_tool_type;
}

/** A catalog with the tool that a bridge carries and LMDeploy alone would drop; its entries stay as they are else. Pure. */
export function withApplyPatch(entries: readonly Readonly<Record<string, unknown>>[]): string {
  return catalogText(entries.map((entry) => ({ ...entry, ...APPLY_PATCH })));
}

function truncation(window: number | null) {
  return { truncation_policy: { mode: 'bytes', limit: outputLimit(window) } };
}

/** The text of a catalog file: a key a line, for Codex names the line of what it refuses. Pure. */
export function catalogText(entries: readonly Readonly<Record<string, unknown>>[]): string {
  return `${JSON.stringify({ models: entries }, null, 2)}\n`;
}

/**
 * A catalog of one entry as far as it shows in a first turn: not the window, and what follows from it. Its keys are in
 * order, so that the same entry out of another file gives the same text. Pure.
 */
export function turnCatalog(entry: Readonly<Record<string, unknown>>): string {
  const ofWindow = { context_window: null, ...('truncation_policy' in entry && truncation(null)) };
  const fields = Object.entries({ ...entry, ...ofWindow }).sort(([a], [b]) => (a < b ? -1 : 1));
  return catalogText([Object.fromEntries(fields)]);
}

const LONG = 200;

/** A catalog's text with its prompts cut to what tells one from another: their beginning, length and hash. Pure. */
export function abridged(text: string): string {
  return text.replace(/^( *"\w+": )("(?:[^"\\]|\\.)*")/gm, (whole, key: string, quoted: string) => {
    if (quoted.length <= LONG) return whole;
    const value = JSON.parse(quoted) as string;
    const size = `${grouped(value.length)} characters, SHA-256 ${hashOfPrompt(value).slice(0, 8)}`;
    return `${key}${JSON.stringify(`${value.slice(0, 60)}…`)} (${size})`;
  });
}

/** SHA-256 of a prompt, by which a later run tells whether Codex still has the same. */
export function hashOfPrompt(prompt: string): string {
  return createHash('sha256').update(prompt).digest('hex');
}
