import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { run } from '../src/cli.js';
import { errorDocument } from '../src/documents.js';
import { reportFailure } from '../src/failure.js';
import { context, ROOT, scratch } from './cli.js';
import { program } from './program.js';

const execute = promisify(execFile);
const KEY = 'sk-live-0123456789abcdef';
/** What is to be told of a bug: that it is one, of which version on what, where it goes, and with what. */
const TOLD =
  /This is a bug of codex-lmdeploy \d+\.\d+\.\d+ \(Node [\d.]+, \w+ \w+\)\.\nPlease report it in the project's issue tracker: the lines above and the output of\n\n {4}codex-lmdeploy doctor --json\n\nin which keys are masked\./;

test('what nobody expected is told as a bug: its trace, where to report it and with what; no key', async () => {
  const home = await scratch();
  const world = context({ home, env: { LMDEPLOY_API_KEY: KEY } });
  const broken = Object.defineProperty(world.context, 'cwd', {
    get: () => {
      throw new TypeError(`x is undefined: ${KEY}\u001b[2J at http://me:${KEY}@host/`);
    },
  });
  expect(await run(['doctor', '--only', 'codex.home', '--codex-home', 'here'], broken)).toBe(2);
  expect(world.stdout()).toBe('');
  expect(world.stderr()).toMatch(/^TypeError: x is undefined: .*\n {4}at /);
  expect(world.stderr()).toMatch(TOLD);
  expect(world.stderr()).not.toContain(KEY);
  expect(world.stderr()).not.toContain('\u001b');
});

test('with --json a bug is a document too', async () => {
  const world = context({ home: await scratch(), env: { LMDEPLOY_API_KEY: KEY } });
  expect(reportFailure(new TypeError(`no ${KEY}`), world.context, ['models', '--json'])).toBe(2);
  const { error } = errorDocument.parse(JSON.parse(world.stdout()));
  expect(error).toMatchObject({ code: 'bug', message: 'TypeError: no ••••' });
  expect(world.stderr()).toMatch(TOLD);
});

test('what is thrown and is no error is told as a bug too', async () => {
  const world = context({ home: await scratch() });
  expect(reportFailure('half', world.context, [])).toBe(2);
  expect(world.stderr()).toMatch(/^half\n/);
  expect(world.stderr()).toMatch(TOLD);
});

test('what fails where nobody waits for it ends the program with 2 and the same words', async () => {
  const home = await scratch();
  const preload = join(home, 'preload.cjs');
  await writeFile(preload, "setImmediate(() => { throw new TypeError('x is undefined'); });");
  // `demo` takes long enough for it.
  const { code, stderr } = await program(['demo'], { home, env: { NODE_OPTIONS: `--require=${preload}` } });
  expect(code).toBe(2);
  expect(stderr).toMatch(/TypeError: x is undefined\n {4}at /);
  expect(stderr).toMatch(TOLD);
});

test.skipIf(process.platform === 'win32')(
  'a folder that was deleted meanwhile is a sentence (not on Windows, which keeps it)',
  async () => {
    const home = await scratch();
    const script = 'mkdir gone && cd gone && rmdir ../gone && exec "$0" "$@"';
    const args = [process.execPath, join(ROOT, 'dist/bin.js'), 'doctor'];
    const ran = await execute('sh', ['-c', script, ...args], {
      cwd: home,
      env: { PATH: '/usr/bin:/bin', HOME: home },
    }).catch((error) => error);
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toMatch(
      /^error: The folder that this was started in can't be looked at \(ENOENT\)\.\n {2}→ cd ~/,
    );
  },
);
