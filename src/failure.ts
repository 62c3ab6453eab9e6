import process from 'node:process';
import type { Context, Environment } from './context.js';
import { document } from './document.js';
import type { errorDocument } from './documents.js';
import type { ErrorCode } from './error-codes.js';
import { CliError, EXIT, interrupted } from './errors.js';
import { isSecretName } from './toml/secret-names.js';
import { asCalled } from './ui/as-called.js';
import { maskAddresses, maskInText } from './ui/mask.js';
import { masking } from './ui/mask-secret.js';
import { palette } from './ui/palette.js';
import { printable, printableJson } from './ui/printable.js';
import { VERSION } from './version.js';

/** After Ctrl-C too these are said: "Nothing was changed" may not be true then. */
const FILES_TOUCHED: readonly ErrorCode[] = ['config-unwritable', 'config-changed'];

/**
 * The last word on a command that did not do its work: a sentence and a next step for what is expected, a stack trace
 * for a bug.
 *
 * @returns the exit code
 */
export function reportFailure(error: unknown, context: Context, argv: readonly string[]): number {
  const isTold = error instanceof CliError && FILES_TOUCHED.includes(error.code);
  const failure = context.signal.aborted && !isTold ? interrupted() : error;
  const colors = palette(context.stderr, context.env, !argv.includes('--no-color'));
  if (!(failure instanceof CliError)) {
    const trace = failure instanceof Error ? (failure.stack ?? failure.message) : String(failure);
    const lines = maskInText(masking(secretsIn(context.env))(trace))
      .split('\n')
      .map(printable);
    if (argv.includes('--json'))
      documentOf(context, {
        code: 'bug',
        message: lines[0] ?? '',
        hint: 'Report it, with what stands on stderr and the output of: codex-lmdeploy doctor --json',
      });
    context.stderr.write(`${lines.join('\n')}\n\n${bug(context)}`);
    return EXIT.failed;
  }
  const { code, excerpt, exitCode } = failure;
  const called = asCalled(context.self);
  const [message, hint] = [failure.message, failure.hint].map((text) => called(maskAddresses(text))) as [
    string,
    string,
  ];
  if (argv.includes('--json') && exitCode === EXIT.failed) documentOf(context, { code, message, hint });
  const shown = excerpt.map((line) => `    ${line}\n`).join('');
  context.stderr.write(
    `${colors.red('error:')} ${printable(message)}\n  ${colors.cyan(`→ ${printable(hint)}`)}\n${shown}`,
  );
  return exitCode;
}

function documentOf(context: Context, error: { code: string; message: string; hint: string }): void {
  const body = document<typeof errorDocument>({ ok: false, error });
  context.stdout.write(`${printableJson(body)}\n`);
}

/** Where it goes, and with what. */
function bug({ platform }: Context): string {
  return `This is a bug of codex-lmdeploy ${VERSION} (Node ${process.versions.node}, ${platform} ${process.arch}).
Please report it in the project's issue tracker: the lines above and the output of

    codex-lmdeploy doctor --json

in which keys are masked.
`;
}

/** What an error of a library may have picked up. */
function secretsIn(env: Environment): (string | undefined)[] {
  return Object.entries(env).flatMap(([name, value]) => (isSecretName([name]) ? [value] : []));
}
