import type { Context } from './context.js';
import { document, errorDocument } from './documents.js';
import { CliError, EXIT, interrupted } from './errors.js';
import { palette } from './ui/palette.js';
import { printable, printableJson } from './ui/printable.js';

/**
 * The last word on a command that did not do its work: a sentence and a next step for what is expected, a stack trace
 * for a bug.
 *
 * @returns the exit code
 */
export function reportFailure(error: unknown, context: Context, argv: readonly string[]): number {
  const failure = context.signal.aborted ? interrupted() : error;
  const colors = palette(context.stderr, context.env, !argv.includes('--no-color'));
  if (!(failure instanceof CliError)) {
    const trace = failure instanceof Error ? (failure.stack ?? failure.message) : String(failure);
    context.stderr.write(
      `${trace}\n\nThis is a bug of codex-lmdeploy; please report it with the lines above.\n`,
    );
    return EXIT.failed;
  }
  const { code, message, hint, exitCode } = failure;
  if (argv.includes('--json') && exitCode === EXIT.failed) {
    const body = document(errorDocument, { ok: false, error: { code, message, hint } });
    context.stdout.write(`${printableJson(body)}\n`);
  }
  context.stderr.write(
    `${colors.red('error:')} ${printable(message)}\n  ${colors.cyan(`→ ${printable(hint)}`)}\n`,
  );
  return exitCode;
}
