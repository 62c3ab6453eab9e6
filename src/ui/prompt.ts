import { confirm, isCancel, select } from '@clack/prompts';
import type { Context } from '../context.js';
import { interrupted } from '../errors.js';
import { printable } from './printable.js';

/** @throws CliError `interrupted` on Ctrl-C or Escape */
export async function askYesNo(context: Context, message: string): Promise<boolean> {
  return answered(await confirm({ message, ...streams(context) }));
}

/** @throws CliError `interrupted` on Ctrl-C or Escape */
export async function askChoice(
  context: Context,
  message: string,
  choices: readonly string[],
): Promise<string> {
  const options = choices.map((value) => ({ value, label: printable(value) }));
  return answered(await select({ message, options, ...streams(context) }));
}

/** Questions go to stderr: stdout is for data. */
function streams({ stdin, stderr, signal }: Context) {
  return { input: stdin, output: stderr, signal };
}

function answered<T>(answer: T): Exclude<T, symbol> {
  if (isCancel(answer)) throw interrupted();
  return answer as Exclude<T, symbol>;
}
