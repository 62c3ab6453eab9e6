import process from 'node:process';
import { run } from './cli.js';
import { processContext } from './context.js';

export { processContext, run };

/** The program, in the process that it is. */
export async function main(): Promise<void> {
  const [argv, context] = [process.argv.slice(2), processContext()];
  // What nobody waits for can fail too. Node would end with 1, which says that `doctor` found something.
  process.on('uncaughtException', async (error) => {
    const { reportFailure } = await import('./failure.js');
    process.exit(reportFailure(error, context, argv));
  });
  process.exitCode = await run(argv, context);
}
