import { writeSync } from 'node:fs';
import { constants, homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import type { Readable, Writable } from 'node:stream';
import { CliError } from './errors.js';
import { type Output, standardOutput } from './standard-output.js';

export type Environment = Readonly<Record<string, string | undefined>>;

type Input = Readable & { readonly isTTY?: boolean };

/** Everything this program knows of the process it runs in. Tests build one of their own. */
export interface Context {
  readonly env: Environment;
  readonly platform: NodeJS.Platform;
  readonly cwd: string;
  readonly userHome: string;
  readonly temporaryFolder: string;
  /** Where the machine's administrator keeps Codex's config. */
  readonly systemFolder: string;
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output & Writable;
  /** The command line that starts this program again, as a program and its first arguments. */
  readonly self: readonly [string, ...string[]];
  /** This process's id: by it a lock of ours says whose it is. */
  readonly pid: number;
  /** Aborted by the first Ctrl-C or SIGTERM; a second one ends the process at once. */
  readonly signal: AbortSignal;
  /** The wall clock. */
  now(): Date;
  /** Hears every signal that would end this process, which then ends none; gives back what stops that. */
  onSignal(hear: (signal: NodeJS.Signals) => void): () => void;
  /** Does something when this process ends, however it does but by a signal; gives back what stops that. */
  onExit(act: () => void): () => void;
  /**
   * Ends this process by a signal, as a program that it ran was ended: a shell tells that from an exit.
   *
   * @returns the exit code that stands for the signal, where it does not end the process
   */
  endBy(signal: NodeJS.Signals): number;
}

const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The one reader of `process`. */
export function processContext(): Context {
  keepPlain();
  let stdout: Output | null = null;
  const abort = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => abort.abort());
  return {
    env: process.env,
    platform: process.platform,
    get cwd() {
      return workingFolder();
    },
    get userHome() {
      return homedir();
    },
    get temporaryFolder() {
      return tmpdir();
    },
    systemFolder:
      process.platform === 'win32'
        ? join(process.env['ProgramData'] ?? 'C:\\ProgramData', 'OpenAI', 'Codex')
        : '/etc/codex',
    // Node makes each when it is first asked for, which takes time: a `--help` needs one of the three.
    get stdin() {
      return process.stdin;
    },
    get stdout() {
      stdout ??= standardOutput(() => watched(process.stdout));
      return stdout;
    },
    get stderr() {
      return watched(process.stderr);
    },
    self: [process.execPath, process.argv[1] ?? ''],
    pid: process.pid,
    signal: abort.signal,
    now: () => new Date(),
    onSignal(hear) {
      for (const name of ENDING) process.on(name, hear);
      return () => {
        for (const name of ENDING) process.off(name, hear);
      };
    },
    onExit(act) {
      process.on('exit', act);
      return () => void process.off('exit', act);
    },
    endBy(signal) {
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
      return 128 + constants.signals[signal];
    },
  };
}

/** @throws CliError where somebody has deleted the folder since */
function workingFolder(): string {
  try {
    return process.cwd();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const message = `The folder that this was started in can't be looked at (${code}).`;
    throw new CliError('usage', message, 'cd ~   # or to any other folder that is there, then again');
  }
}

/** An output whose loss ends the process: a reader that has seen enough (`| head -1`) is no error, a full disk is. */
function watched<O extends Writable>(stream: O): O {
  if (!stream.listeners('error').includes(endOutput)) stream.on('error', endOutput);
  return stream;
}

function endOutput(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit();
  // Behind `>`: what was asked for did not arrive.
  writeSync(2, `error: the output can't be written (${error.code}).\n`);
  process.exit(2);
}

/** What colours by itself, the prompts of clack and Codex, follows the environment: so our one rule has to stand there. */
function keepPlain(): void {
  if (!process.argv.includes('--no-color') && (process.env['NO_COLOR'] ?? '') === '') return;
  process.env['NO_COLOR'] = '1';
  delete process.env['FORCE_COLOR'];
}

/** The user that this process acts as; null where the platform counts no users so (Windows). */
export function ownUserId(): number | null {
  return process.geteuid?.() ?? null;
}

/** Its group. */
export function ownGroupId(): number | null {
  return process.getegid?.() ?? null;
}

/** True where a question can be asked: somebody sees it and can answer. */
export function canAsk(context: Context): boolean {
  return context.stdin.isTTY === true && context.stderr.isTTY === true;
}
