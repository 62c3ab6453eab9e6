import { type ChildProcess, spawn } from 'node:child_process';
import { kill } from 'node:process';
import type { Environment } from '../context.js';
import { startable } from './batch.js';

const MAX_OUTPUT_CHARACTERS = 4 * 1024 * 1024;

export interface ProgramOptions {
  readonly env: Environment;
  readonly cwd: string;
  readonly platform: NodeJS.Platform;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** How a program ended. */
export type ProgramEnd =
  | { readonly state: 'exited'; readonly code: number; readonly stdout: string; readonly stderr: string }
  | { readonly state: 'timed-out' }
  | { readonly state: 'not-started'; readonly reason: string };

/**
 * Runs a program to its end, without input. It gets a process group of its own, for npm's `codex` is a Node shim
 * whose child would survive it (0.169.0).
 *
 * @throws the signal's reason when it is aborted meanwhile
 */
export async function runProgram(
  file: string,
  args: readonly string[],
  options: ProgramOptions,
): Promise<ProgramEnd> {
  options.signal.throwIfAborted();
  const { file: started, args: its, windowsVerbatimArguments } = startable(file, args, options);
  const child = spawn(started, its, {
    cwd: options.cwd,
    env: options.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: options.platform !== 'win32',
    windowsHide: true,
    windowsVerbatimArguments,
  });
  const stop = () => {
    if (child.pid === undefined) return;
    try {
      if (options.platform === 'win32') killTree(child);
      else kill(-child.pid, 'SIGKILL');
    } catch {
      // It ended in the meantime.
    }
    // A descendant with a group of its own would hold the pipes open, and the end would never come.
    child.stdout.destroy();
    child.stderr.destroy();
  };
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      if (output[name].length < MAX_OUTPUT_CHARACTERS) output[name] += text;
    });
  }
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    stop();
  }, options.timeoutMs);
  options.signal.addEventListener('abort', stop);
  try {
    return await new Promise<ProgramEnd>((resolve) => {
      child.on('error', (error) => resolve({ state: 'not-started', reason: error.message }));
      child.on('close', (code) =>
        resolve(timedOut ? { state: 'timed-out' } : { state: 'exited', code: code ?? -1, ...output }),
      );
    });
  } finally {
    clearTimeout(timer);
    options.signal.removeEventListener('abort', stop);
    options.signal.throwIfAborted();
  }
}

/** Windows knows no groups: `cmd.exe` would go, and the Codex that its shim has started would stay. */
function killTree(child: ChildProcess): void {
  spawn('taskkill', ['/pid', String(child.pid), '/t', '/f'], { stdio: 'ignore', windowsHide: true }).on(
    'error',
    () => child.kill(),
  );
}
