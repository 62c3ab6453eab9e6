#!/usr/bin/env node
import { writeSync } from 'node:fs';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`codex-lmdeploy needs Node 20.19 or newer; this is ${process.versions.node}.\n`);
  process.exitCode = 2;
} else {
  // A reader that has seen enough (`| head -1`) is no error.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit();
      // A full disk behind `>`: what was asked for did not arrive.
      writeSync(2, `error: the output can't be written (${error.code}).\n`);
      process.exit(2);
    });
  }
  const [{ run }, { processContext }] = await Promise.all([import('./cli.js'), import('./context.js')]);
  process.exitCode = await run(process.argv.slice(2), processContext());
}
