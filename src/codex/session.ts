import { spawn } from 'node:child_process';
import type { Context, Environment } from '../context.js';
import { startable } from './batch.js';

/** How a session ended. */
export type SessionEnd =
  | { readonly state: 'exited'; readonly code: number }
  | { readonly state: 'killed'; readonly signal: NodeJS.Signals }
  | { readonly state: 'not-started'; readonly reason: string };

/**
 * Runs Codex on the user's own terminal to its end. What would end this process is Codex's to decide on: SIGTERM and
 * SIGHUP go on to it, and so does a SIGINT where no terminal has given it to Codex already.
 *
 * @throws the signal's reason when it was aborted before
 */
export async function runSession(
  context: Context,
  codexPath: string,
  args: readonly string[],
  env: Environment,
): Promise<SessionEnd> {
  const { file, args: its, windowsVerbatimArguments } = startable(codexPath, args, context);
  const { stdin, stdout, stderr } = context;
  const onTerminal = [stdin, stdout, stderr].some(({ isTTY }) => isTTY === true);
  // A question may have been asked before; from here on every key is Codex's.
  stdin.pause();
  context.signal.throwIfAborted();
  const child = spawn(file, its, { cwd: context.cwd, env, stdio: 'inherit', windowsVerbatimArguments });
  const stop = context.onSignal((signal) => {
    if (signal !== 'SIGINT' || !onTerminal) child.kill(signal);
  });
  try {
    return await new Promise<SessionEnd>((resolve) => {
      child.on('error', (error) => resolve({ state: 'not-started', reason: error.message }));
      child.on('close', (code, signal) =>
        resolve(signal === null ? { state: 'exited', code: code ?? 1 } : { state: 'killed', signal }),
      );
    });
  } finally {
    stop();
  }
}
