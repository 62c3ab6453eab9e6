import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { findCodex } from '../codex/installed.js';
import { scratchFolder } from '../codex/scratch-folder.js';
import type { Context, Environment } from '../context.js';
import { CliError, EXIT } from '../errors.js';
import { launch } from '../lmdeploy/launch.js';
import { parseFlags } from '../options.js';
import type { Script } from '../stand-in/script.js';
import { startStandIn } from '../stand-in/server.js';
import { openTerminal, type Terminal } from '../ui/terminal.js';

const MODEL = 'Qwen/Qwen3.5-35B-A3B';
const SHELL_COMMAND = 'echo "6 times 7 is $((6*7))"';

/** What the model of the demo says: a greeting, and one shell call whose output it reads back. */
const script: Script = ({ lastUserMessage, toolOutput }) => {
  if (toolOutput !== null) return { text: `The command ran. Its output ends with: ${lastLine(toolOutput)}` };
  if (!lastUserMessage.includes('6 times 7')) return { text: 'Hello from LMDeploy' };
  return { calls: [{ name: 'exec_command', arguments: JSON.stringify({ cmd: SHELL_COMMAND }) }] };
};

function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1) ?? '';
}

/** `demo`: the whole way on an embedded stand-in server, in a throw-away home; every command is shown before it runs. */
export async function demo(context: Context, raw: Record<string, unknown>): Promise<number> {
  const flags = parseFlags('demo', raw);
  const terminal = openTerminal(context, flags);
  const { path: folder, remove } = await scratchFolder(context, 'demo');
  const server = await startStandIn({ models: [MODEL], script });
  try {
    const home = join(folder, 'codex-home');
    const work = join(folder, 'work');
    await mkdir(work);
    const env = demoEnvironment(context.env, home);
    const codex = await findCodex(context);
    const step = (program: readonly [string, ...string[]], shownAs: string) =>
      runShown(context, terminal, { program, shownAs, env, cwd: work });
    const ours = (...args: string[]) =>
      step([...context.self, ...args], ['codex-lmdeploy', ...args].join(' '));

    terminal.data(`A stand-in for LMDeploy listens on ${server.baseUrl}; Codex's home is ${home}.`);
    const verbose = flags.verbose ? ['--verbose'] : [];
    await ours('init', server.baseUrl, '--yes', ...verbose);
    // A throw-away home is a temporary one, which is worth a warning anywhere else.
    await ours(
      'doctor',
      '--skip',
      codex === null ? 'codex,config.layers' : 'codex.home,config.layers',
      ...verbose,
    );
    if (codex === null) {
      terminal.data(
        '\nNo codex is on the PATH, so the demo ends here. To see it answer: npm install -g @openai/codex',
      );
      return EXIT.done;
    }
    const exec = (prompt: string) =>
      step(
        [codex.path, 'exec', '--skip-git-repo-check', prompt],
        `codex exec --skip-git-repo-check "${prompt}"`,
      );
    await exec('Run a command that tells what 6 times 7 is');
    await exec('Say hello from LMDeploy');
    terminal.data(onARealServer());
    return EXIT.done;
  } finally {
    await server.close();
    if (flags.keep) terminal.note(`Kept: ${folder}`);
    else await remove();
  }
}

/** The user's environment, but for what would lead away from the stand-in or from the throw-away home. */
function demoEnvironment(env: Environment, home: string): Environment {
  const direct = ['127.0.0.1', env['NO_PROXY'] ?? env['no_proxy']].filter(Boolean).join(',');
  const { LMDEPLOY_BASE_URL: _, ...rest } = env;
  return { ...rest, CODEX_HOME: home, LMDEPLOY_API_KEY: 'dummy', NO_PROXY: direct, no_proxy: direct };
}

interface Step {
  readonly program: readonly [string, ...string[]];
  readonly shownAs: string;
  readonly env: Environment;
  readonly cwd: string;
}

async function runShown({ signal, stdout, stderr }: Context, terminal: Terminal, step: Step): Promise<void> {
  terminal.data(`\n${terminal.out.bold(`$ ${step.shownAs}`)}`);
  const [file, ...args] = step.program;
  const child = spawn(file, args, {
    cwd: step.cwd,
    env: step.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
  });
  // Piped, not inherited: what a test captures and what a user redirects is the same text in the same order.
  child.stdout.on('data', (chunk) => stdout.write(chunk));
  // After Ctrl-C, which reaches the child too, its last words would only repeat ours.
  child.stderr.on('data', (chunk) => signal.aborted || stderr.write(chunk));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (code === 0) return;
  throw new CliError(
    'demo-failed',
    `"${step.shownAs}" exited with ${code}.`,
    'Its own words stand above; --keep leaves the folder for a closer look.',
  );
}

function onARealServer(): string {
  return `
That was the whole way. On a real server:
  ${launch(MODEL).line}
  npx codex-lmdeploy init          # add http://HOST:23333 if it is another machine
  eval "$(npx codex-lmdeploy env)"
  codex`;
}
