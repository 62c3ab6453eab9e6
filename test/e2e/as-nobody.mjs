// The built program as a user without rights. It is loaded by root first, who alone may be able to read it.
import { setgid, setgroups, setuid } from 'node:process';
import { loadAll, processContext, run } from '../built.mjs';

loadAll();
const NOBODY = 65534;
setgroups([]);
setgid(NOBODY);
setuid(NOBODY);
process.exitCode = await run(process.argv.slice(2), processContext());
