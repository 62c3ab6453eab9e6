import { EditRefused } from './refused.js';

/** A range of the original text and what stands there instead. */
export type Splice = { readonly start: number; readonly end: number; readonly text: string };

/**
 * The text with all splices made; those at the same place in the order given.
 *
 * @throws EditRefused where two overlap.
 */
export function spliced(text: string, splices: readonly Splice[]): string {
  const ordered = [...splices].sort((a, b) => a.start - b.start || a.end - b.end);
  const parts: string[] = [];
  let at = 0;
  for (const { start, end, text: insert } of ordered) {
    if (start < at) throw new EditRefused([], null, 'two of the changes overlap');
    parts.push(text.slice(at, start), insert);
    at = end;
  }
  parts.push(text.slice(at));
  return parts.join('');
}
