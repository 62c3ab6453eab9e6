// Loaded before the program (`node --import`): ends the process by SIGKILL right before the step of its writing that
// STOP_AT names. All calls go to the real file system. Without STOP_AT it counts the steps, for stderr.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { kill, pid } from 'node:process';

const stopAt = Number(process.env['STOP_AT'] ?? 0);
let steps = 0;

function counted(owner, name) {
  const original = owner[name];
  owner[name] = function (...args) {
    steps += 1;
    if (steps === stopAt) kill(pid, 'SIGKILL');
    return original.apply(this, args);
  };
}

const probe = await fs.promises.open(import.meta.filename);
const fileHandle = Object.getPrototypeOf(probe);
await probe.close();
for (const name of ['open', 'rename', 'rm', 'mkdir', 'rmdir', 'chmod', 'chown']) counted(fs.promises, name);
for (const name of ['writeFile', 'sync', 'chmod', 'chown', 'close']) counted(fileHandle, name);
for (const name of ['openSync', 'rmSync', 'renameSync', 'mkdirSync']) counted(fs, name);
const original = fs.writeSync;
fs.writeSync = (...args) => {
  steps += 1;
  if (steps === stopAt) kill(pid, 'SIGKILL');
  return original(...args);
};
syncBuiltinESMExports();
if (stopAt === 0) process.on('exit', () => void original(2, `steps: ${steps}\n`));
