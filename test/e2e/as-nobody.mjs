// The built program as a user without rights. It is loaded by root first, who alone may be able to read it.
import { setgid, setgroups, setuid } from 'node:process';
import { run } from '../../dist/cli.js';
import { processContext } from '../../dist/context.js';

const parts = ['commands/init', 'commands/remove', 'failure'];
await Promise.all(parts.map((name) => import(`../../dist/${name}.js`)));
const NOBODY = 65534;
setgroups([]);
setgid(NOBODY);
setuid(NOBODY);
process.exitCode = await run(process.argv.slice(2), processContext());
