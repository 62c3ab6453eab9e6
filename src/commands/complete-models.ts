import { Writable } from 'node:stream';
import type { z } from 'zod';
import type { Context } from '../context.js';
import type { modelsDocument } from '../documents.js';
import { timeLimit } from '../time-limit.js';
import { printable } from '../ui/printable.js';

/** Whoever presses Tab does not wait longer. */
const LIMIT_MS = 300;

/** What says where the server is. */
const WHERE = ['--base-url', '--codex-home', '--provider-id', '--env-key', '--profile'];

/**
 * The names that the server serves, asked as `models` does.
 *
 * @param words what stands on the line already: it may say where the server is
 * @returns none when it does not answer in time, or at all
 */
export async function servedModels(context: Context, words: readonly string[]): Promise<string[]> {
  let text = '';
  const stdout = {
    write(said: string) {
      text += said;
    },
  };
  const stderr = new Writable({ write: (_chunk, _encoding, done) => done() });
  const { models } = await import('./models.js');
  const { signal, end } = timeLimit(context.signal, LIMIT_MS);
  const late = new Promise<null>((resolve) => {
    signal.addEventListener('abort', () => resolve(null), { once: true });
  });
  const asking = { ...context, stdout, stderr, signal };
  const code = await Promise.race([
    models(asking, { timeout: '0.3', json: true, ...where(words) }, address(words)),
    late,
  ]).finally(end);
  if (code !== 0) return [];
  const { models: served }: z.infer<typeof modelsDocument> = JSON.parse(text);
  // A name with what a shell or a terminal would take for something else is better typed by hand.
  return served.map(({ id }) => id).filter((name) => name === printable(name) && !/\s/.test(name));
}

/** What of a line says where the server and the config are, as flags. */
export function where(words: readonly string[]): Record<string, string> {
  const given: Record<string, string> = {};
  for (const flag of WHERE) {
    const at = words.lastIndexOf(flag);
    const value =
      at < 0 ? words.findLast((word) => word.startsWith(`${flag}=`))?.slice(flag.length + 1) : words[at + 1];
    const name = flag.slice(2).replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
    if (value !== undefined) given[name] = value;
  }
  return given;
}

/** `[url]` stands first, as in all examples. */
function address([command, first]: readonly string[]): string | undefined {
  const takesOne = command !== 'run' && command !== 'print';
  return takesOne && first !== undefined && !first.startsWith('-') ? first : undefined;
}
