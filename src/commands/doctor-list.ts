import type { Context } from '../context.js';
import { TITLES } from '../doctor/titles.js';
import { document } from '../document.js';
import type { checkListDocument } from '../documents.js';
import { EXIT } from '../errors.js';
import { parseFlags } from '../options.js';
import { openTerminal } from '../ui/terminal.js';

/** `doctor --list`: the ids and titles of all checks. Apart from `doctor`, so that it starts at once. */
export async function doctorList(
  context: Context,
  raw: Record<string, unknown>,
  url?: string,
): Promise<number> {
  const flags = parseFlags('doctor', raw, url);
  const terminal = openTerminal(context, flags);
  const checks = Object.entries(TITLES).map(([id, title]) => ({ id, title }));
  if (flags.json) terminal.document(document<typeof checkListDocument>({ ok: true, checks }));
  else {
    const width = Math.max(...checks.map(({ id }) => id.length));
    terminal.data(checks.map(({ id, title }) => `${id.padEnd(width)}  ${title}`).join('\n'));
  }
  return EXIT.done;
}
