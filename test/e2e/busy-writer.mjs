// Another program that edits config.toml all the time, as Codex does: reads it, changes its own line, writes it beside
// and renames it. The arguments: the home, a pause in milliseconds.
// Every line on stdout is the number of a write that is done; a line on stdin ends it.
import { readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const [home, pauseMs] = process.argv.slice(2);
const config = join(home, 'config.toml');
const beside = join(home, 'theirs');
let isEnding = false;
process.stdin.on('data', () => {
  isEnding = true;
});
for (let count = 1; !isEnding; ) {
  const text = readFileSync(config, 'utf8');
  // Their last write is gone: that is what the other side must never do.
  if (!text.includes(`count = ${count - 1}\n`)) writeSync(1, `lost ${count - 1}\n`);
  const next = text.replace(/^count = \d+$/m, `count = ${count}`);
  writeFileSync(beside, next);
  // As careful with others as they have to be with it.
  if (readFileSync(config, 'utf8') !== text) continue;
  renameSync(beside, config);
  writeSync(1, `${count}\n`);
  count += 1;
  await pause(Number(pauseMs));
}
process.stdin.destroy();
