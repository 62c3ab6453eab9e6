import type { Command } from 'commander';
import { declare } from '../src/command-line.js';
import { parseFlags } from '../src/options.js';
import { context, scratch } from './cli.js';

/**
 * What a line gives to its command, which is not run.
 *
 * @param line as it is typed behind the program's name, with double quotes at the most
 * @returns the typed flags; null for a command that has none
 * @throws where there is no such command, option, argument or value
 */
export async function parsed(line: string): Promise<object | null> {
  const words = (line.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replaceAll('"', ''));
  let flags: object | null = null;
  const { context: its } = context({ home: await scratch() });
  const program = declare(its, words, () => async (...args: unknown[]) => {
    const command = args.at(-1) as Command;
    if (command.name() !== 'completion') flags = parseFlags(command.name() as 'init', command.opts());
  });
  await program.parseAsync(words, { from: 'user' });
  return flags;
}
