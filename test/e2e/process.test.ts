import { execFile, spawn } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { doctorDocument } from '../../src/documents.js';
import { startStandIn } from '../../src/stand-in/server.js';
import { PATH_WITH_CODEX, ROOT, scratch } from '../cli.js';
import { installPacked, type Packed } from '../packed.js';
import { closedPort } from '../sockets.js';

const run = promisify(execFile);
let installed: Packed;
let folder: string;
let program: string;

/** What a user gets. */
beforeAll(async () => {
  installed = await installPacked();
  folder = installed.folder;
  program = join(folder, 'node_modules/.bin/codex-lmdeploy');
});

afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 10 }));

const nodeOnly = [dirname(process.execPath), '/usr/bin', '/bin'].join(delimiter);

async function packed(args: string[], env: Record<string, string>) {
  try {
    const { stdout, stderr } = await run(program, args, { env: { PATH: nodeOnly, ...env }, cwd: tmpdir() });
    return { code: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, stdout, stderr };
  }
}

test('the package holds what a user needs, and no more', async () => {
  const files = (await readdir(join(folder, 'node_modules/codex-lmdeploy'))).sort();
  expect(files).toEqual([
    'CHANGELOG.md',
    'LICENSE',
    'README.md',
    'README.zh-CN.md',
    'SECURITY.md',
    'dist',
    'docs',
    'package.json',
  ]);
  expect(installed.packages).toBe(1);
  expect(installed.bytes).toBeLessThan(400_000);
});

test('the first turn that comes with the package can be read from it', async () => {
  const server = await startStandIn();
  onTestFinished(() => server.close());
  const home = await scratch();
  const env = { CODEX_HOME: home, HOME: home, LMDEPLOY_API_KEY: 'dummy' };
  // Without a Codex that could be recorded.
  const args = ['doctor', server.baseUrl, '--only', 'responses.context', '--json'];
  const { server: facts } = doctorDocument.parse(JSON.parse((await packed(args, env)).stdout));
  expect(facts?.firstTurnTokens).toBeGreaterThan(5_000);
});

test('--version, --help and wrong usage', async () => {
  const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { version: string };
  expect(await packed(['--version'], {})).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  const help = await packed(['--help'], {});
  for (const command of ['init', 'doctor', 'models', 'env', 'run', 'demo'])
    expect(help.stdout).toMatch(new RegExp(`^  ${command}`, 'm'));
  expect(await packed(['doctr'], {})).toMatchObject({ code: 2, stderr: expect.stringContaining('doctor') });
  expect(await packed(['init', '--nonsense'], {})).toMatchObject({ code: 2, stdout: '' });
});

test('init, doctor and models against a server, as a user would', async () => {
  const server = await startStandIn();
  onTestFinished(() => server.close());
  const home = await scratch();
  const env = { CODEX_HOME: home, HOME: home, LMDEPLOY_API_KEY: 'dummy', PATH: `${PATH_WITH_CODEX}` };
  expect(await packed(['init', server.baseUrl, '--yes'], env)).toMatchObject({ code: 0, stdout: '' });
  expect(await packed(['models'], env)).toMatchObject({ code: 0, stdout: 'Qwen/Qwen3.5-35B-A3B\n' });
  const doctor = await packed(['doctor', '--json'], env);
  expect(doctor.code).toBe(0);
  const { checks } = doctorDocument.parse(JSON.parse(doctor.stdout));
  // The home lies in the temporary folder, and nothing keeps images out of a session.
  expect(checks.filter(({ status }) => status !== 'pass').map(({ id, status }) => `${status} ${id}`)).toEqual(
    ['warn codex.home', 'warn codex.images'],
  );
});

test('a reader that has seen enough is no crash', async () => {
  const home = await scratch();
  const script = `"${program}" doctor ${await closedPort()} 2>&1 | head -1`;
  const { stdout } = await run('sh', ['-c', script], {
    env: { PATH: nodeOnly, HOME: home, CODEX_HOME: home },
  });
  expect(stdout.trim().split('\n')).toHaveLength(1);
  expect(stdout).not.toMatch(/EPIPE|at /);
});

test('nor does what was begun stay behind', async () => {
  const [home, temporary] = [await scratch(), await scratch()];
  const env = { PATH: PATH_WITH_CODEX, HOME: home, TMPDIR: temporary };
  const script = `{ "${program}" demo; echo "$?" >&3; } 2>&1 | head -2`;
  const { stderr } = await run('sh', ['-c', `exec 3>&2; ${script}`], { env });
  expect(stderr).toBe('0\n');
  expect(await readdir(temporary)).toEqual([]);
});

test('a config that the user may not write stays as it is, exit 2', async () => {
  const home = await scratch();
  const config = join(home, 'config.toml');
  await writeFile(config, '# mine\n');
  await chmod(config, 0o444);
  await chmod(home, 0o755);
  // root may write everything, so as root the program runs as nobody.
  const isRoot = process.getuid?.() === 0;
  const args = ['init', '--offline', '--model', 'm', '--yes', '--codex-home', home];
  const child = isRoot
    ? run(process.execPath, [await readable(), ...args], {
        env: { HOME: home },
        cwd: '/',
        uid: 65534,
        gid: 65534,
      })
    : run(program, args, { env: { PATH: nodeOnly, HOME: home }, cwd: '/' });
  const error = await child.then(
    () => null,
    (reason: { code: number; stderr: string }) => reason,
  );
  expect(error).toMatchObject({ code: 2, stderr: expect.stringContaining('config.toml') });
  expect(error?.stderr).not.toMatch(/\n\s+at /);
  expect(await readFile(config, 'utf8')).toBe('# mine\n');
  expect(await readdir(home)).toEqual(['config.toml']);
});

/** The installed program, where another user can read it. */
async function readable(): Promise<string> {
  await chmod(folder, 0o755);
  return join(folder, 'node_modules/codex-lmdeploy/dist/bin.js');
}

test('the demo ends with what the real Codex prints, and leaves the user’s own home alone', async () => {
  const user = await scratch();
  const own = join(user, '.codex');
  await mkdir(own);
  await writeFile(join(own, 'config.toml'), '# untouched\n');
  const { code, stdout } = await packed(['demo'], { HOME: user, PATH: PATH_WITH_CODEX, TMPDIR: user });
  expect(code).toBe(0);
  expect(stdout).toMatch(/^Hello from LMDeploy$/m);
  expect(stdout).toContain('6 times 7 is 42');
  for (const command of ['codex-lmdeploy init', 'codex-lmdeploy doctor', 'codex exec'])
    expect(stdout).toContain(`$ ${command}`);
  expect(await readdir(own)).toEqual(['config.toml']);
  expect(await readFile(join(own, 'config.toml'), 'utf8')).toBe('# untouched\n');
  expect((await readdir(user)).filter((name) => name.startsWith('codex-lmdeploy-demo'))).toEqual([]);
});

test('without Codex the demo says so and stops after doctor', async () => {
  const user = await scratch();
  const { code, stdout } = await packed(['demo'], { HOME: user });
  expect(code).toBe(0);
  expect(stdout).toContain('npm install -g @openai/codex');
  expect(stdout).not.toContain('$ codex exec');
});

test('Ctrl-C during a wait: exit 130 at once, nothing written', async () => {
  const home = join(await scratch(), 'home');
  const { tcpServer } = await import('../sockets.js');
  let asked: () => void = () => undefined;
  const connected = new Promise<void>((resolve) => {
    asked = resolve;
  });
  const address = await tcpServer(() => asked());
  const child = spawn(process.execPath, [join(ROOT, 'dist/bin.js'), 'init', address, '--yes'], {
    env: { PATH: nodeOnly, CODEX_HOME: home, HOME: home },
    stdio: 'ignore',
  });
  await connected;
  child.kill('SIGINT');
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect(code).toBe(130);
  await expect(readdir(home)).rejects.toMatchObject({ code: 'ENOENT' });
});
