import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { run } from '../../src/cli.js';
import { errorDocument, serviceDocument } from '../../src/documents.js';
import { context, scratch } from '../cli.js';

const command = promisify(execFile);
const hasSystemd = existsSync('/usr/bin/systemd-analyze');
const hasPython = existsSync('/usr/bin/python3');
const KEY = 'sk-lmd-service-5ecret';

/** Prints a service of a program that lies at these paths. */
async function print(args: readonly string[], self?: readonly [string, ...string[]]) {
  const its = context({ home: await scratch(), env: { LMDEPLOY_API_KEY: KEY } });
  const code = await run(['print', 'service', ...args], self ? { ...its.context, self } : its.context);
  return { code, stdout: its.stdout(), stderr: its.stderr() };
}

/** Paths with all that a file's name may hold and a service's file means something by. */
async function oddlyNamed() {
  const folder = join(await scratch(), `a b%n$HOME 'q" <&>\\`);
  await mkdir(folder);
  const [node, entry] = [join(folder, 'node'), join(folder, 'bin.js')] as const;
  await symlink(process.execPath, node);
  await writeFile(entry, '');
  return [node, entry] as const;
}

describe('systemd', () => {
  test.each([
    [[], 'http://127.0.0.1:23333/v1', '23334'],
    [['--base-url', 'gpu1', '--port', '4000'], 'http://gpu1:23333/v1', '4000'],
  ])('%j: this very program, the server and the port, no key', async (args, server, port) => {
    const { code, stdout, stderr } = await print(['systemd', ...args], ['/usr/bin/node', '/opt/x/bin.js']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(
      `ExecStart="/usr/bin/node" "/opt/x/bin.js" "bridge" "${server}" "--port" "${port}"\n`,
    );
    expect(stdout).not.toContain(KEY);
  });

  test.skipIf(!hasSystemd)(
    'systemd takes it, whatever the paths hold (needs the program systemd-analyze)',
    async () => {
      const self = await oddlyNamed();
      const { stdout } = await print(['systemd'], self);
      const unit = join(await scratch(), 'codex-lmdeploy-bridge.service');
      await writeFile(unit, stdout);
      // It exits with 1 for a program that is not there, and for what it can't read.
      const said = await command('/usr/bin/systemd-analyze', ['verify', '--man=no', unit]);
      expect(said.stderr.split('\n').filter((line) => line.includes('codex-lmdeploy-bridge'))).toEqual([]);
      const broken = join(await scratch(), 'codex-lmdeploy-bridge.service');
      await writeFile(broken, stdout.replace('ExecStart="/', 'ExecStart="/no' + 'where/'));
      const verify = command('/usr/bin/systemd-analyze', ['verify', '--man=no', broken]);
      await expect(verify).rejects.toMatchObject({ code: 1 });
    },
  );
});

describe('launchd', () => {
  test.skipIf(!hasPython)('a property list, whatever the paths hold (needs python3)', async () => {
    const self = await oddlyNamed();
    const { code, stdout } = await print(['launchd', '--base-url', 'gpu1'], self);
    expect(code).toBe(0);
    const read = 'import json, plistlib, sys; print(json.dumps(plistlib.loads(sys.stdin.buffer.read())))';
    const child = command('/usr/bin/python3', ['-c', read]);
    child.child.stdin?.end(stdout);
    expect(JSON.parse((await child).stdout)).toEqual({
      Label: 'codex-lmdeploy.bridge',
      ProgramArguments: [...self, 'bridge', 'http://gpu1:23333/v1', '--port', '23334'],
      RunAtLoad: true,
      KeepAlive: true,
    });
  });
});

test('a program in npx’s cache is warned about', async () => {
  const { stderr } = await print(['systemd'], ['/usr/bin/node', '/home/u/.npm/_npx/12ab/bin.js']);
  expect(stderr).toContain('npm install -g codex-lmdeploy');
});

test('--json is one document', async () => {
  const { stdout } = await print(['launchd', '--json']);
  expect(serviceDocument.parse(JSON.parse(stdout)).text).toContain('<plist version="1.0">');
});

test.each([
  [[]],
  [['upstart']],
  [['systemd', '--base-url', '127.0.0.1:23334']],
  [['launchd', '--base-url', 'localhost:23334']],
])('%j: wrong usage', async (args) => {
  const { code, stdout } = await print([...args, '--json']);
  expect(code).toBe(2);
  expect(errorDocument.parse(JSON.parse(stdout)).error.code).toBe('usage');
});
