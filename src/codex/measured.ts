import type { Edit } from '../toml/edit.js';
import { readToml } from '../toml/read.js';
import { spellings } from '../toml/spelling.js';
import { type Remembered, withdraw } from './record.js';

/** What only a person or the probes can know. undefined: nobody looked; null: looked, and not known or not needed. */
export interface MeasuredWish {
  readonly providerId: string;
  /** In tokens. */
  readonly contextWindow: { readonly tokens: number; readonly from: 'flag' | 'server' } | null | undefined;
  /** false: a call without arguments ends a session on this server, and Codex's goals are such calls. */
  readonly goals: false | null | undefined;
}

const WINDOW = ['model_context_window'] as const;
const GOALS = ['features', 'goals'] as const;

/**
 * The edits for what was measured. A window of the user's own stays if the server's is not smaller; what an earlier
 * `init` wrote and is no longer needed becomes again what stood there before. Pure.
 */
export function measuredEdits(file: Remembered, wish: MeasuredWish): Edit[] {
  if (wish.contextWindow === undefined && wish.goals === undefined) return [];
  const before = withdraw(file, wish.providerId).text ?? '';
  const [ownWindow = null, ownGoals = null] = spellings(before, [WINDOW, GOALS]);
  const asBefore = (path: Edit['path'], raw: string | null): Edit =>
    raw === null ? { path, remove: true } : { path, raw };
  const edits: Edit[] = [];
  const { contextWindow, goals } = wish;
  if (contextWindow === null || (contextWindow !== undefined && fits(before, contextWindow)))
    edits.push(asBefore(WINDOW, ownWindow));
  else if (contextWindow !== undefined) edits.push({ path: WINDOW, set: contextWindow.tokens });
  if (goals === false) edits.push({ path: GOALS, set: false });
  else if (goals === null) edits.push(asBefore(GOALS, ownGoals));
  return edits;
}

function fits(before: string, { tokens, from }: { tokens: number; from: 'flag' | 'server' }): boolean {
  const own = readToml(before)[WINDOW[0]];
  return from === 'server' && typeof own === 'number' && own > 0 && own <= tokens;
}
