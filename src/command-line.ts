import { Command } from 'commander';
import { CHOICES } from './choices.js';
import type { Context } from './context.js';
import { examplesOf } from './examples.js';
import { VERSION } from './version.js';

type Action = (
  context: Context,
  flags: Record<string, unknown>,
  ...args: (string | undefined)[]
) => Promise<number>;

/** Makes of what a command does what is called with its arguments. */
type Lazily = (action: Action) => (...args: unknown[]) => Promise<void>;

const COMPLETE = '__complete';

/** What each command takes and does, in the order of `--help`. */
const COMMANDS: Readonly<Record<string, (command: Command, lazily: Lazily, program: Command) => Command>> = {
  init: (command, lazily) =>
    config(server(command))
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
      ),

  doctor: (command, lazily) =>
    server(command)
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
      ),

  models: (command, lazily) =>
    server(command)
      .description('list what the server serves')
      .action(lazily(async (...args) => (await import('./commands/models.js')).models(...args))),

  print: (command, lazily) =>
    config(
      server(
        command.argument('<what>', `${CHOICES.what.slice(0, -1).join(', ')} or ${CHOICES.what.at(-1)}`),
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
      .action(lazily(async (...args) => (await import('./commands/print.js')).print(...args))),

  env: (command, lazily) =>
    provider(command)
      .description('print the line that exports the key variable for a shell')
      .option('--shell <shell>', 'sh (bash, zsh), fish or powershell (default: by SHELL)')
      .action(lazily(async (context, flags) => (await import('./commands/env.js')).env(context, flags))),

  run: (command, lazily) =>
    place(voice(command), 'use NAME.config.toml (default: lmdeploy, where init has written it)')
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
      ),

  bridge: (command, lazily) =>
    server(command)
      .description(
        'carry MCP tools, sub-agents, apply_patch and more between Codex and LMDeploy, until Ctrl-C',
      )
      .option('--port <port>', 'where Codex finds it (default: 23334)')
      .option('--host <address>', 'listen on this address (default: 127.0.0.1)')
      .option('--expose', 'let other machines in where --host lets them; each brings its own key')
      .action(lazily(async (...args) => (await import('./commands/bridge.js')).bridge(...args))),

  remove: (command, lazily) =>
    provider(command)
      .description('put back what stood there before')
      .option('--all', 'whatever this tool wrote, in every file and for every provider')
      .option('--dry-run', 'show the change on stdout, write nothing')
      .option('--no-verify', "don't let the installed Codex load the result")
      .action(
        lazily(async (context, flags) => (await import('./commands/remove.js')).remove(context, flags)),
      ),

  demo: (command, lazily) =>
    voice(command)
      .description('the whole way on an embedded stand-in server, in a throw-away home')
      .option('--keep', 'leave the throw-away home in place')
      .action(lazily(async (context, flags) => (await import('./commands/demo.js')).demo(context, flags))),

  completion: (command, lazily) =>
    command
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
      ),

  [COMPLETE]: (command, lazily, program) =>
    command
      .argument('[words...]')
      .action(
        lazily(async (context, _, ...words) =>
          (await import('./commands/complete.js')).complete(context, program, words),
        ),
      ),
};

/** Whether there is a command of that name. */
export function isCommand(name: string): boolean {
  return Object.hasOwn(COMMANDS, name);
}

/**
 * The program as it is asked for: all its commands, or the one that `argv` names, for to declare the others takes as long
 * as what some of them do. Of several, only those that it names have their options.
 */
export function declare(context: Context, argv: readonly string[], lazily: Lazily): Command {
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
  const [first = ''] = argv;
  // Completion looks at them all.
  const isOne = isCommand(first) && first !== COMPLETE;
  for (const name of isOne ? [first] : Object.keys(COMMANDS)) {
    const command = program.command(name, { hidden: name === COMPLETE });
    if (!argv.includes(name)) command.option = () => command;
    COMMANDS[name]?.(command, lazily, program).addHelpText('after', () => examplesOf(name));
  }
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
