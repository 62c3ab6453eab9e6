// Starts `run` with a model catalog that stands in the environment, as the program itself does with one that it makes.
import { run } from '../../dist/commands/run.js';
import { processContext } from '../../dist/context.js';

const [baseUrl, ...args] = process.argv.slice(2);
const code = await run(processContext(), { baseUrl }, args, async () => process.env.CATALOG ?? null);
process.exitCode = code;
