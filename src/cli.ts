import { type Command, CommanderError } from 'commander';
import { declare, isCommand } from './command-line.js';
import type { Context } from './context.js';
import { CliError, EXIT } from './errors.js';
import { maskInText } from './ui/mask.js';

/**
 * Runs the program once.
 *
 * @param typed the arguments after the program's name
 * @returns the exit code; everything else went to the context's streams
 */
export async function run(typed: readonly string[], context: Context): Promise<number> {
  const argv = withoutHelp(typed);
  let code: number = EXIT.done;
  const program = declare(context, argv, (action) => async (...args: unknown[]) => {
    const command = args.at(-1) as Command;
    code = await action(context, command.opts(), ...(command.processedArgs.flat() as (string | undefined)[]));
  });
  try {
    if (argv.length === 0) program.outputHelp();
    else await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.done;
    const { reportFailure } = await import('./failure.js');
    // `run` has no --json of its own: one that stands there is Codex's.
    const own = argv[0] === 'run' ? argv.filter((arg) => arg !== '--json') : argv;
    return reportFailure(asUsageError(error, argv), context, own);
  }
}

/** `help NAME` in words that say what is wrong with a NAME that there isn't; commander only shows all of its help. */
function withoutHelp(argv: readonly string[]): readonly string[] {
  const [first, name] = argv;
  if (first !== 'help' || name === undefined) return argv;
  if (name === 'help') return ['--help'];
  return isCommand(name) ? [name, '--help'] : [name];
}

function asUsageError(error: unknown, [command]: readonly string[]): unknown {
  if (!(error instanceof CommanderError)) return error;
  // Who takes --api-key for an option has put the key behind it.
  const message = maskInText(error.message.replace(/^error: /, ''));
  const hint =
    command === 'run' && error.code === 'commander.unknownOption'
      ? 'Put what is meant for Codex behind --, as in: codex-lmdeploy run -- --search'
      : 'codex-lmdeploy --help lists the commands, COMMAND --help its options.';
  return new CliError('usage', message, hint);
}
