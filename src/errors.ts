import type { ErrorCode } from './error-codes.js';

/** The exit codes that scripts can rely on. */
export const EXIT = { done: 0, problems: 1, failed: 2, interrupted: 130 } as const;

/**
 * A user's mistake or an obstacle outside this program: one sentence that names the thing, one line with the next
 * step. Anything else that is thrown is a bug of ours.
 */
export class CliError extends Error {
  readonly code: ErrorCode;
  readonly hint: string;
  /** Lines to show under the hint: the place in a file. Safe for a terminal, secrets masked. */
  readonly excerpt: readonly string[];

  constructor(code: ErrorCode, message: string, hint: string, excerpt: readonly string[] = []) {
    super(message);
    this.name = 'CliError';
    this.code = code;
    this.hint = hint;
    this.excerpt = excerpt;
  }

  get exitCode(): number {
    return this.code === 'interrupted' ? EXIT.interrupted : EXIT.failed;
  }
}

/** What Ctrl-C at a prompt or during a wait ends in. */
export function interrupted(): CliError {
  return new CliError('interrupted', 'Interrupted.', 'Nothing was changed; run the command again.');
}
