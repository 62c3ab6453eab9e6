import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { doctorDocument } from '../../src/documents.js';
import { startStandIn } from '../../src/stand-in/server.js';
import { type Ran, ROOT, scratch } from '../cli.js';
import { installPacked } from '../packed.js';
import { closedPort } from '../sockets.js';
import versions from './node-versions.json' with { type: 'json' };

let folder: string;

beforeAll(async () => {
  ({ folder } = await installPacked());
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** A user with nothing but this Node, the package and Codex. */
async function userOf(node: string) {
  const bin = join(ROOT, '.contract', `node-${node}`, 'node_modules/node/bin');
  expect(existsSync(join(bin, 'node')), 'npm run nodes:setup brings it here').toBe(true);
  const userHome = await scratch();
  const work = join(userHome, 'work');
  await mkdir(work);
  const programs = [join(folder, 'node_modules/.bin'), join(ROOT, 'node_modules/.bin')];
  const PATH = [bin, ...programs, '/usr/bin', '/bin'].join(delimiter);
  const env = { PATH, HOME: userHome, LMDEPLOY_API_KEY: 'dummy' };
  const run = async (program: string, ...args: string[]): Promise<Ran> => {
    const running = promisify(execFile)(program, args, { cwd: work, env });
    // Codex waits for more of the prompt as long as its input is open.
    running.child.stdin?.end();
    return running.then(
      (said) => ({ code: 0, ...said }),
      ({ code, stdout, stderr }: Ran) => ({ code, stdout, stderr }),
    );
  };
  return { codexHome: join(userHome, '.codex'), run };
}

const MINE = '# mine\nmodel = "gpt-5"   # the old one\r\n\n[tui]\nnotifications = false\n';

describe.each(versions.supported)('on Node %s', (node) => {
  test('init, doctor, codex exec and remove, and all is as it was', async () => {
    const { codexHome, run } = await userOf(node);
    const server = await startStandIn({ script: () => ({ text: 'Hello from LMDeploy' }) });
    onTestFinished(() => server.close());
    await mkdir(codexHome);
    await writeFile(join(codexHome, 'config.toml'), MINE, { mode: 0o640 });

    expect((await run('node', '--version')).stdout).toMatch(new RegExp(`^v${node}[.\\n]`));
    expect(await run('codex-lmdeploy', 'init', server.baseUrl, '--yes')).toMatchObject({
      code: 0,
      stdout: '',
    });
    expect(await run('codex-lmdeploy', 'init', '--check')).toMatchObject({ code: 0 });
    const doctor = await run('codex-lmdeploy', 'doctor', '--json');
    expect(doctor).toMatchObject({ code: 0, stderr: '' });
    const { checks } = doctorDocument.parse(JSON.parse(doctor.stdout));
    expect(checks.filter(({ status }) => status === 'fail')).toEqual([]);
    const said = await run('codex', 'exec', '--skip-git-repo-check', 'Say hello from LMDeploy');
    expect(said.stdout.trim()).toBe('Hello from LMDeploy');
    expect(await run('codex-lmdeploy', 'remove', '--yes')).toMatchObject({ code: 0 });

    expect(await readFile(join(codexHome, 'config.toml'), 'utf8')).toBe(MINE);
    expect(await readdir(codexHome)).not.toContain('codex-lmdeploy');
    expect(await run('codex-lmdeploy', 'doctor', '--only', 'config')).toMatchObject({ code: 1 });
  });

  test('where there was no config there is none after init and remove', async () => {
    const { codexHome, run } = await userOf(node);
    const address = await closedPort();
    expect(await run('codex-lmdeploy', 'init', address, '--yes')).toMatchObject({ code: 2, stdout: '' });
    expect(existsSync(codexHome)).toBe(false);
    const offline = ['init', address, '--offline', '--model', 'm', '--profile', '--yes', '--no-verify'];
    expect(await run('codex-lmdeploy', ...offline)).toMatchObject({ code: 0 });
    expect(await readdir(codexHome)).toContain('lmdeploy.config.toml');
    expect(await run('codex-lmdeploy', 'remove', '--all', '--yes', '--no-verify')).toMatchObject({ code: 0 });
    expect(await readdir(codexHome)).toEqual([]);
  });
});

test.each(versions.tooOld)('Node %s is told what it lacks', async (node) => {
  const { run } = await userOf(node);
  const { code, stdout, stderr } = await run('codex-lmdeploy', '--help');
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(
    new RegExp(`^codex-lmdeploy needs Node 20\\.19 or newer; this is ${node}\\.\\S+\\.\\n$`),
  );
});
