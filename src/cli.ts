import { Command, CommanderError } from 'commander';
import { CHOICES } from './choices.js';
import type { Context } from './context.js';
import { CliError, EXIT } from './errors.js';
import { examplesOf } from './examples.js';
import { maskInText } from './ui/mask.js';
import { VERSION } from './version.js';

type Action = (
  context: Context,
  flags: Record<string, unknown>,
  ...args: (string | undefined)[]
) => Promise<number>;

/**
 * Runs the program once.
 *
 * @param argv the arguments after the program's name
 * @returns the exit code; everything else went to the context's streams
 */
export async function run(argv: readonly string[], context: Context): Promise<number> {
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

/** All commands and their options. `lazily` makes of what a command does what is called with its arguments. */
export function declare(
  context: Context,
  argv: readonly string[],
  lazily: (action: Action) => (...args: unknown[]) => Promise<void>,
): Command {
  const program = new Command('codex-lmdeploy')
    .description("Makes OpenAI's Codex CLI work on a model served by LMDeploy.")
    .version(VERSION)
    .exitOverride()
    // What follows the first argument of `run` is Codex's.
    .enablePositionalOptions()
    .configureOutput({
      writeOut: (text) => void context.stdout.write(text),
      writeErr: (text) => void context.stderr.write(text),
      outputError: () => undefined,
      getOutHelpWidth: () => Math.min(context.stdout.columns ?? 80, 100),
      getOutHasColors: () => false,
    })
    // Each takes options; without that word what a command does has room beside it.
    .configureHelp({
      subcommandTerm: (command) => `${command.name()} ${command.usage().replace(/\[options\] ?/, '')}`,
    })
    .showSuggestionAfterError();
  const named = (name: string): Command => {
    const command = program.command(name);
    // The options of a command that is not asked for are never looked at: to declare them all takes 2 ms.
    if (!argv.includes(name)) command.option = () => command;
    return command.addHelpText('after', () => examplesOf(name));
  };

  config(server(named('init')))
    .description("probe the server, show the change, write Codex's config")
    .option('--dry-run', 'show the change on stdout, write nothing')
    .option('--check', 'the same, and exit 1 if a write would change anything')
    .option('--no-verify', "don't let the installed Codex load the result")
    .option('--all-models', 'a profile for each served model, with one catalog; names come from the models')
    .option(...SERVER)
    .action(
      lazily(async (context, flags, ...args) =>
        flags['allModels'] === true || flags['server'] !== undefined
          ? (await import('./commands/init-all.js')).initAll(context, flags, ...args)
          : (await import('./commands/init.js')).init(context, flags, ...args),
      ),
    );

  server(named('doctor'))
    .description('check config, Codex, server and a real turn; say what to do')
    .option('--only <ids>', 'only these checks or groups, with commas between')
    .option('--skip <ids>', 'all but these checks or groups')
    .option('--list', 'the ids and titles of all checks')
    .option('--wait [seconds]', 'first wait until the server answers (default: 600)')
    .option('--live', 'take one real turn of Codex too: about 16,000 tokens')
    .option('--strict', 'exit 1 for warnings too')
    .option('--each', 'look at every server of a fleet: those behind [url], and those of all profiles')
    .option(...SERVER)
    .action(
      lazily(async (context, flags, ...args) =>
        flags['list'] === true
          ? (await import('./commands/doctor-list.js')).doctorList(context, flags, ...args)
          : flags['each'] === true || flags['server'] !== undefined
            ? (await import('./commands/doctor-fleet.js')).doctorFleet(context, flags, ...args)
            : (await import('./commands/doctor.js')).doctor(context, flags, ...args),
      ),
    );

  server(named('models'))
    .description('list what the server serves')
    .action(lazily(async (...args) => (await import('./commands/models.js')).models(...args)));

  const print = named('print').argument(
    '<what>',
    `${CHOICES.what.slice(0, -1).join(', ')} or ${CHOICES.what.at(-1)}`,
  );
  config(
    server(
      print,
      '[url|model|manager]',
      'launch: the model, as a hub id or a path; service: systemd or launchd; else the (first) server',
    ),
  )
    .description(
      'print what init would write, the line that serves a model for Codex, or a front for several servers',
    )
    .option(
      '--port <port>',
      "launch: another port than LMDeploy's own (23333); service: the bridge's (23334); nginx, haproxy: the front's (23330)",
    )
    .option('--session-len <tokens>', 'launch: the context window')
    .option('--api-keys-from <NAME>', 'launch: the variable that holds the keys the server is to ask for')
    .option(...SERVER)
    .option('--from-proxy <url>', 'nginx, haproxy: the servers that this lmdeploy serve proxy knows')
    .option('--all', 'nginx, haproxy: keep servers that lack something, or serve another model')
    .action(lazily(async (...args) => (await import('./commands/print.js')).print(...args)));

  provider(named('env'))
    .description('print the line that exports the key variable for a shell')
    .option('--shell <shell>', 'sh (bash, zsh), fish or powershell (default: by SHELL)')
    .action(lazily(async (context, flags) => (await import('./commands/env.js')).env(context, flags)));

  place(voice(named('run')), 'use NAME.config.toml (default: lmdeploy, where init has written it)')
    .description('start Codex on LMDeploy, with a config or without one; write nothing')
    .usage('[options] [-- codex arguments]')
    .argument('[codex...]', 'what Codex itself is to get, as in: -- exec "Say hello"')
    .passThroughOptions()
    .option('--base-url <url>', 'the server (default: the configured one); else LMDEPLOY_BASE_URL')
    .option('--model <name>', 'the served name of the model')
    .option('--timeout <seconds>', 'limit for each probe (default: 30, where tokens are generated 120)')
    .option('--wait [seconds]', 'first wait until the server answers (default: 600)')
    .option(
      '--direct',
      'let Codex talk to the server itself, without the bridge that carries MCP tools and more',
    )
    .action(
      lazily(async (context, flags, ...args) =>
        (await import('./commands/run.js')).run(context, flags, args),
      ),
    );

  server(named('bridge'))
    .description('carry MCP tools, sub-agents, apply_patch and more between Codex and LMDeploy, until Ctrl-C')
    .option('--port <port>', 'where Codex finds it (default: 23334)')
    .option('--host <address>', 'listen on this address (default: 127.0.0.1)')
    .option('--expose', 'let other machines in where --host lets them; each brings its own key')
    .action(lazily(async (...args) => (await import('./commands/bridge.js')).bridge(...args)));

  provider(named('remove'))
    .description('put back what stood there before')
    .option('--all', 'whatever this tool wrote, in every file and for every provider')
    .option('--dry-run', 'show the change on stdout, write nothing')
    .option('--no-verify', "don't let the installed Codex load the result")
    .action(lazily(async (context, flags) => (await import('./commands/remove.js')).remove(context, flags)));

  voice(named('demo'))
    .description('the whole way on an embedded stand-in server, in a throw-away home')
    .option('--keep', 'leave the throw-away home in place')
    .action(lazily(async (context, flags) => (await import('./commands/demo.js')).demo(context, flags)));

  program
    .command('completion')
    .argument('<bash|zsh|fish>', 'the shell')
    .usage('bash|zsh|fish')
    .description('print the script by which a shell completes these commands')
    .addHelpText(
      'after',
      `
Examples:
  # bash
  echo 'eval "$(codex-lmdeploy completion bash)"' >> ~/.bashrc
  # zsh, behind compinit
  echo 'eval "$(codex-lmdeploy completion zsh)"' >> ~/.zshrc
  # fish
  codex-lmdeploy completion fish > ~/.config/fish/completions/codex-lmdeploy.fish`,
    )
    .action(
      lazily(async (context, _, shell) =>
        (await import('./commands/completion.js')).completion(context, shell),
      ),
    );

  program
    .command('__complete [words...]', { hidden: true })
    .action(
      lazily(async (context, _, ...words) =>
        (await import('./commands/complete.js')).complete(context, program, words),
      ),
    );

  return program;
}

/** One of several servers; the option may stand there more than once. */
const SERVER = [
  '--server <url>',
  'a server of a fleet; give it once for each',
  (url: string, others: string[] = []) => [...others, url],
] as const;

function voice(command: Command): Command {
  return command
    .option('--yes', 'take the defaults, no prompts')
    .option('--no-color', 'no colours')
    .option('--quiet', 'only errors beside the data')
    .option('--verbose', 'each request with its status and time');
}

function provider(command: Command): Command {
  return place(voice(command)).option('--json', 'one JSON document on stdout, no prompts');
}

/** Where Codex's config is, and what of it is ours. */
function place(
  command: Command,
  profile = 'work on NAME.config.toml, not on config.toml (default name: lmdeploy)',
): Command {
  return command
    .option('--codex-home <folder>', "Codex's home (default: CODEX_HOME, else ~/.codex)")
    .option('--profile [name]', profile)
    .option('--provider-id <id>', 'the provider in the config (default: lmdeploy)')
    .option('--env-key <NAME>', 'the variable that holds the key (default: LMDEPLOY_API_KEY)')
    .option('--no-env-key', 'send no key');
}

function config(command: Command): Command {
  return command
    .option('--model <name>', 'the served name of the model')
    .option('--context-window <tokens>', 'the window that Codex reckons with')
    .option('--catalog', 'a model catalog: no guessing, no images (default: only with --profile)')
    .option('--no-catalog', 'no model catalog')
    .option('--lean', "switch off what LMDeploy can't use (default: only with --profile)")
    .option('--no-lean', 'leave everything on')
    .option(
      '--prompt <prompt>',
      "codex: Codex's own; compact: a short one (default: codex; needs the catalog)",
    )
    .option('--name <text>', 'what Codex calls the provider (default: LMDeploy)')
    .option('--stream-idle-timeout <ms>', 'how long Codex waits for the next event (default: 300000)')
    .option('--bridge [port]', 'let Codex go through the bridge on this port (default: 23334)')
    .option('--no-bridge', 'let it talk to the server itself')
    .option('--offline', 'send no probes; needs --model, or a config that names one')
    .option('--force', 'go on although probes failed');
}

function server(
  command: Command,
  argument = '[url]',
  about = 'the server, as host:port or with a path (default: the configured one)',
): Command {
  return provider(command)
    .argument(argument, about)
    .option('--base-url <url>', 'the same as [url]; else LMDEPLOY_BASE_URL')
    .option('--timeout <seconds>', 'limit for each probe (default: 30, where tokens are generated 120)');
}
