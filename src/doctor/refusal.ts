import type { ErrorCode } from '../error-codes.js';
import { CliError } from '../errors.js';
import { troubleHint } from '../lmdeploy/trouble.js';
import type { Result } from './check.js';
import type { Examination } from './examination.js';

/** The checks without which `init` and `models` can't do their work, and the error that each one's failure is. */
const REFUSALS: Readonly<Record<string, ErrorCode>> = {
  'network.proxy': 'server-unreachable',
  'server.reachable': 'server-unreachable',
  'server.kind': 'server-kind',
  'server.key': 'server-key',
  'model.served': 'model-not-served',
};

/**
 * The error for what stops the work of a command that needs the server; null where nothing does. `server.reachable` passes
 * over an address that is a mere guess, but nothing can be done without an answer from there either.
 */
export async function refusalIn(
  results: readonly Result[],
  { discovery, startLine }: Examination,
): Promise<CliError | null> {
  for (const { id, status, detail, remedy } of results) {
    const code = REFUSALS[id];
    if (status === 'fail' && code !== undefined) return new CliError(code, detail, remedy ?? '');
  }
  const { listing } = await discovery.models();
  if (listing.state !== 'no-answer') return null;
  const { trouble } = listing;
  const hint = troubleHint(trouble, await startLine());
  return new CliError('server-unreachable', trouble.message, hint);
}
