import type { Argument, Command, Option } from 'commander';
import { declare } from '../../src/command-line.js';
import { context } from '../cli.js';

/** What stands for a value on a command line, by its placeholder in the declaration. */
const VALUES: Readonly<Record<string, string>> = {
  NAME: 'LMDEPLOY_API_KEY',
  id: 'lmdeploy',
  tokens: '65536',
  ms: '200000',
  seconds: '20',
  name: 'tiny',
  text: 'Some name',
  prompt: 'compact',
  ids: 'server',
  port: '24671',
  shell: 'fish',
  address: '127.0.0.1',
  manager: 'systemd',
};

/** The commands as they are declared, so that a new one is among them by itself. */
export function commands(): readonly Command[] {
  const { context: its } = context({ home: '/nowhere' });
  const declared = (argv: readonly string[]) => declare(its, argv, () => async () => undefined).commands;
  const names = declared([]).map((command) => command.name());
  // Only a command that is asked for has its options declared.
  return names.flatMap((name) => declared([name]).filter((command) => command.name() === name));
}

/** Command lines of one command: with its arguments alone, and with each of its options beside them. */
export function linesOf(command: Command, { url, home }: { url: string; home: string }): string[][] {
  const value = (name: string) => (name === 'url' ? url : name === 'folder' ? home : (VALUES[name] ?? 'x'));
  const starts = argumentsOf(command.registeredArguments, value).map((args) => {
    // `run` takes the address by its option, for what stands behind goes to Codex.
    const server = command.options.some(({ long }) => long === '--base-url');
    const address = server && !args.includes(url) && !args.includes('launch') ? ['--base-url', url] : [];
    return { head: [command.name(), ...address], args };
  });
  const options: string[][] = [[], ...command.options.map((option) => flagOf(option, value))];
  return starts.flatMap(({ head, args }, index) => {
    const yes = command.options.some(({ long }) => long === '--yes') ? ['--yes'] : [];
    // What an argument can be is tried with every option once, and beside that with those that say more.
    const its = index === 0 ? options : options.filter(([name = '--json']) => /json|verbose/.test(name));
    return its.map((option) => [...head, ...yes, ...option.filter((one) => !yes.includes(one)), ...args]);
  });
}

function flagOf(option: Option, value: (name: string) => string): string[] {
  const name = /<(.+)>/.exec(option.flags)?.[1];
  // An address or a home are there already.
  if (name === 'url') return [];
  return [option.long ?? option.short ?? '', ...(name === undefined ? [] : [value(name)])];
}

/** Each word that an argument can be, by its choices or its description. */
function argumentsOf(declared: readonly Argument[], value: (name: string) => string): string[][] {
  return declared.reduce<string[][]>(
    (lines, argument) => {
      const name = argument.name();
      if (argument.variadic) return lines.map((line) => [...line, '--', 'exec', 'hi']);
      if (name.startsWith('url'))
        return lines.map((line) => [...line, line.includes('launch') ? 'Qwen/Qwen3-8B' : value('url')]);
      if (!argument.required) return lines;
      const words =
        argument.argChoices ??
        argument.description.split(/[^\w-]+/).filter((one) => !['', 'or'].includes(one));
      return lines.flatMap((line) => words.map((word) => [...line, word]));
    },
    [[]],
  );
}
