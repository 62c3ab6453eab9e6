/** The exit codes that scripts can rely on. */
export const EXIT = { done: 0, problems: 1, failed: 2, interrupted: 130 } as const;

/** Every way in which the tool can refuse or fail to do its work, by its stable code. */
export type ErrorCode =
  | 'usage'
  | 'no-tty'
  | 'interrupted'
  | 'codex-home-missing'
  | 'config-syntax'
  | 'config-unreadable'
  | 'config-unwritable'
  | 'config-changed'
  | 'codex-missing'
  | 'codex-too-old'
  | 'profile-missing'
  | 'config-locked'
  | 'journal-unreadable'
  | 'edit-refused'
  | 'codex-refused'
  | 'server-unreachable'
  | 'server-key'
  | 'server-kind'
  | 'model-not-served'
  | 'model-needed'
  | 'no-tool-parser'
  | 'no-catalog'
  | 'port-taken'
  | 'demo-failed';

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
