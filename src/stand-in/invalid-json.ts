/** Where a text stops being JSON, counted as Python's `json` does: in code points, lines and columns from 1. */
export interface JsonFault {
  readonly position: number;
  readonly line: number;
  readonly column: number;
}

/**
 * Where Python's parser would give up on a text; null where the text is JSON.
 *
 * It is told from what V8 says. Right for a text that is empty, that ends too soon (also within a string) or that has a
 * character where it can't be. Approximate: Python points at the backslash of a bad escape, V8 behind it; and Python
 * takes `NaN` and `Infinity`.
 */
export function jsonFault(text: string): JsonFault | null {
  const complaint = complaintOf(text);
  if (complaint === null) return null;
  const before = text.slice(0, stop(text, complaint));
  const lines = before.split('\n');
  return {
    position: codePoints(before),
    line: lines.length,
    column: codePoints(lines.at(-1) ?? '') + 1,
  };
}

function codePoints(text: string): number {
  return text.replace(/[\u{10000}-\u{10ffff}]/gu, '_').length;
}

function complaintOf(text: string): string | null {
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    return (error as SyntaxError).message;
  }
}

function stop(text: string, complaint: string): number {
  // Python points at the quote that opens the string.
  if (complaint.startsWith('Unterminated string')) return openQuote(text);
  const told = /at position (\d+)/.exec(complaint)?.[1];
  // Within a string, that character itself is the fault.
  if (told !== undefined && complaint.startsWith('Bad')) return Number(told);
  let at = told === undefined ? unexpectedAt(text, complaint) : Number(told);
  // Python points at the start of a word or a number that goes wrong.
  while (/[-a-zA-Z]/.test(text.charAt(at - 1))) at -= 1;
  return at;
}

function openQuote(text: string): number {
  let open = -1;
  for (const { 0: found, index } of text.matchAll(/\\.|"/gs)) if (found === '"') open = open < 0 ? index : -1;
  return open;
}

/** V8 names an unexpected character, but not its place: it is where a prefix of the text first has it. */
function unexpectedAt(text: string, complaint: string): number {
  if (!complaint.startsWith('Unexpected token')) return text.length;
  let [good, bad] = [0, text.length];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (complaintOf(text.slice(0, middle))?.startsWith('Unexpected token')) bad = middle;
    else good = middle;
  }
  return good;
}
