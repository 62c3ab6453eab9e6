#!/usr/bin/env node
// Every Node is to read this, one of 2013 too, and to say what it lacks. So it is in the language of then; the rest is main.
var version = process.versions.node;
var parts = version.split('.');
if (Number(parts[0]) < 20 || (parts[0] === '20' && Number(parts[1]) < 19)) {
  process.stderr.write('codex-lmdeploy needs Node 20.19 or newer; this is ' + version + '.\n');
  process.on('exit', fail);
} else {
  require('./main.js').main();
}

/** 0.10 does not know process.exitCode. */
function fail() {
  process.exit(2);
}
