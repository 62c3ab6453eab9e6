/** More than anything that is meant: ten thousand models as LMDeploy lists them have 200,000 values, four deep. */
const MAX_DEPTH = 100;
const MAX_VALUES = 300_000;

/** A server's text as JSON, or a part of a sentence that says what it is instead. */
export function parseJson(text: string): { json: unknown } | { problem: string } {
  if (isMonstrous(text)) return { problem: 'JSON of too many parts' };
  try {
    return { json: JSON.parse(text) };
  } catch {
    if (text.trim() === '') return { problem: 'an empty body' };
    return { problem: /^\s*[{[]/.test(text) ? 'JSON that is broken or cut' : 'it is not JSON' };
  }
}

/** Whether a text of this size would take a hundred times of it in memory, as `[[[[` and `{},{},` do. */
function isMonstrous(text: string): boolean {
  let depth = 0;
  let values = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const mark = text[at];
    if (quoted && mark === '\\') at += 1;
    else if (mark === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (mark === '[' || mark === '{') depth += 1;
    else if (mark === ']' || mark === '}') depth -= 1;
    else if (mark === ',') values += 1;
    if (depth > MAX_DEPTH || values > MAX_VALUES) return true;
  }
  return false;
}
