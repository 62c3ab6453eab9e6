// Runs commands of the built program on a small file system (the first argument) with 0, 1, 2 … free pages until one
// succeeds, and with a Codex that fills it. Says for each what came of it, one JSON line a run.
import {
  chmodSync,
  closeSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { processContext, run } from '../built.mjs';

const [disk] = process.argv.slice(2);
const [home, filling] = [join(disk, 'home'), join(disk, 'filling')];
const PAGE = 4096;
const MINE = `# mine\n# ${'-'.repeat(6000)}\nmodel = "gpt-5"\n`;
const how = ['--yes', '--no-verify'];
const INIT = ['init', '--offline', '--model', 'm', ...how];
const REMOVE = ['remove', '--all', ...how];

const base = processContext();
async function inHome(argv, env = {}) {
  let said = '';
  const stderr = new Writable({
    write(chunk, _encoding, done) {
      said += chunk;
      done();
    },
  });
  const code = await run(argv, { ...base, stderr, env: { PATH: '/nowhere', CODEX_HOME: home, ...env } });
  return { code, stderr: said };
}

function fill(freePages) {
  const descriptor = openSync(filling, 'w');
  try {
    for (;;) writeSync(descriptor, Buffer.alloc(PAGE, 'x'));
  } catch (error) {
    if (error.code !== 'ENOSPC') throw error;
  }
  ftruncateSync(descriptor, Math.max(0, fstatSync(descriptor).size - freePages * PAGE));
  closeSync(descriptor);
}

/** Every file by its path; a folder by its name alone. */
async function treeOf(folder) {
  const names = (await readdir(folder, { recursive: true })).sort();
  return Promise.all(
    names.map(async (name) => [name, await readFile(join(folder, name), 'utf8').catch(() => null)]),
  );
}

/** A home with its config, in which these commands were run. @returns what is in it */
async function prepare(before) {
  rmSync(home, { recursive: true, force: true });
  mkdirSync(home);
  writeFileSync(join(home, 'config.toml'), MINE);
  chmodSync(join(home, 'config.toml'), 0o640);
  for (const command of before) await inHome(command);
  return JSON.stringify(await treeOf(home));
}

/** Runs a command on the disk as it is; then, with space again, the same command and the undo. */
async function observe(name, was, argv, env) {
  const { code, stderr } = await inHome(argv, env);
  const isSame = was === JSON.stringify(await treeOf(home));
  rmSync(filling, { force: true });
  const again = (await inHome([...argv, '--no-verify'])).code;
  const undone = (await inHome(REMOVE)).code;
  const isBack = (await readFile(join(home, 'config.toml'), 'utf8')) === MINE;
  const error = code === 0 ? null : stderr.slice(stderr.indexOf('error:'));
  process.stdout.write(`${JSON.stringify({ name, code, error, isSame, again, undone, isBack })}\n`);
  return code;
}

async function pageByPage(name, before, argv) {
  for (let free = 0, code = 1; code !== 0; free += 1) {
    const was = await prepare(before);
    fill(free);
    code = await observe(`${name}, ${free} pages free`, was, argv);
  }
}

/** Its config is written when Codex fills the disk and refuses it. */
async function putBack(name, before, argv) {
  const codex = join(disk, 'codex');
  const judge = `*debug*) grep -q '"refused"' "$CODEX_HOME"/*config.toml || exit 0
  cat /dev/zero > ${filling} 2>/dev/null; echo 'Error: config.toml:1:1: no' >&2; exit 1;;`;
  writeFileSync(codex, `#!/bin/sh\ncase "$*" in --version) echo codex-cli 0.169.0;; ${judge} esac\n`, {
    mode: 0o755,
  });
  await observe(name, await prepare(before), argv, { PATH: `${disk}:/usr/bin:/bin` });
}

const PROFILE = [...INIT, '--profile'];
await pageByPage('init', [], INIT);
await pageByPage('init of a profile beside', [INIT], PROFILE);
await pageByPage('remove', [INIT, PROFILE], REMOVE);
const asked = ['init', '--offline', '--model', 'refused', '--yes'];
await putBack('put back', [], asked);
await putBack('put back beside another file', [INIT], [...asked, '--profile']);
await putBack('put back of what init had written', [INIT], asked);
