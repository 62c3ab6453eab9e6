// Another program that edits config.toml all the time, as Codex does: reads it, changes its own line, writes it, beside
// it and by a rename (argument "rename") or in place. The arguments after that: the home, a pause in milliseconds.
// Every line on stdout is the number of a write that is done; a line on stdin ends it.
import { readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const [how, home, pauseMs] = process.argv.slice(2);
const config = join(home, 'config.toml');
const beside = join(home, 'theirs');
let isEnding = false;
process.stdin.on('data', () => {
  isEnding = true;
});
for (let count = 1; !isEnding; count += 1) {
  const text = readFileSync(config, 'utf8');
  // Their last write is gone: that is what the other side must never do.
  if (!text.includes(`count = ${count - 1}\n`)) writeSync(1, `lost ${count - 1}\n`);
  const next = text.replace(/^count = \d+$/m, `count = ${count}`);
  if (how === 'rename') {
    writeFileSync(beside, next);
    renameSync(beside, config);
  } else writeFileSync(config, next);
  writeSync(1, `${count}\n`);
  await pause(Number(pauseMs));
}
process.stdin.destroy();
