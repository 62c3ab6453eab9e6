import { confirm, isCancel, select } from '@clack/prompts';
import type { Context } from '../context.js';
import { interrupted } from '../errors.js';
import { printable } from './printable.js';

const CTRL_D = '\u0004';

/** @throws CliError `interrupted` on Ctrl-C, Ctrl-D or Escape */
export async function askYesNo(context: Context, message: string): Promise<boolean> {
  return answered(context, (streams) => confirm({ message, ...streams }));
}

/** @throws CliError `interrupted` on Ctrl-C, Ctrl-D or Escape */
export async function askChoice(
  context: Context,
  message: string,
  choices: readonly string[],
): Promise<string> {
  const options = choices.map((value) => ({ value, label: printable(value) }));
  return answered(context, (streams) => select({ message, options, ...streams }));
}

/** Questions go to stderr: stdout is for data. */
async function answered<T>(
  { stdin, stderr, signal }: Context,
  ask: (streams: { input: Context['stdin']; output: Context['stderr']; signal: AbortSignal }) => Promise<T>,
): Promise<Exclude<T, symbol>> {
  // clack 1.9 closes on Ctrl-D and never settles.
  const ended = new AbortController();
  const watch = (chunk: Buffer | string) => {
    if (String(chunk).includes(CTRL_D)) ended.abort();
  };
  stdin.on('data', watch);
  try {
    const streams = { input: stdin, output: stderr, signal: AbortSignal.any([signal, ended.signal]) };
    const answer = await ask(streams);
    if (isCancel(answer)) throw interrupted();
    return answer as Exclude<T, symbol>;
  } finally {
    stdin.off('data', watch);
  }
}
