import process from 'node:process';
import { run } from './cli.js';
import { processContext } from './context.js';

export { processContext, run };

/** The program, in the process that it is. */
export async function main(): Promise<void> {
  process.exitCode = await run(process.argv.slice(2), processContext());
}
