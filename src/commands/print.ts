import type { Context } from '../context.js';
import { CliError } from '../errors.js';

const WHAT = ['provider', 'profile'] as const;

/** `print`: what a config or a shell needs, on stdout; writes nothing. */
export async function print(
  context: Context,
  raw: Record<string, unknown>,
  what: string,
  argument?: string,
): Promise<number> {
  switch (what) {
    case 'provider':
    case 'profile':
      return (await import('./print-config.js')).printConfig(context, raw, what, argument);
    default:
      throw new CliError('usage', `print knows no "${what}".`, `It prints one of: ${WHAT.join(', ')}`);
  }
}
