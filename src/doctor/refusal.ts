import type { ErrorCode } from '../error-codes.js';
import { CliError } from '../errors.js';
import type { Result } from './check.js';

/** The checks without which `init` and `models` can't do their work, and the error that each one's failure is. */
const REFUSALS: Readonly<Record<string, ErrorCode>> = {
  'network.proxy': 'server-unreachable',
  'server.reachable': 'server-unreachable',
  'server.kind': 'server-kind',
  'server.key': 'server-key',
  'model.served': 'model-not-served',
};

/** The error for what stops the work of a command that needs the server; null where nothing does. */
export function refusalIn(results: readonly Result[]): CliError | null {
  for (const { id, status, detail, remedy } of results) {
    const code = REFUSALS[id];
    if (status === 'fail' && code !== undefined) return new CliError(code, detail, remedy ?? '');
  }
  return null;
}
