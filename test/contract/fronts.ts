import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A program that carries requests to several servers, with what its admin has around what `print` gives. */
interface Program {
  readonly arrange: (text: string, folder: string) => Record<string, string>;
  readonly check: (folder: string) => string[];
  readonly start: (folder: string) => string[];
}

const PROGRAMS: Readonly<Record<'nginx' | 'haproxy', Program>> = {
  nginx: {
    arrange: (text, folder) => ({
      'nginx.conf': `${process.getuid?.() === 0 ? 'user root;' : ''}
daemon off;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log;
events {}
http {
    access_log off;
    client_body_temp_path ${folder}/body;
    proxy_temp_path ${folder}/proxy;
    include ${folder}/conf.d/*.conf;
}
`,
      'conf.d/codex.conf': text,
    }),
    check: (folder) => ['-t', '-c', join(folder, 'nginx.conf')],
    start: (folder) => ['-c', join(folder, 'nginx.conf')],
  },
  haproxy: {
    // As the printed comment asks for it.
    arrange: (text) => ({ 'haproxy.cfg': `global\n    tune.bufsize 1048576\n\n${text}` }),
    check: (folder) => ['-c', '-f', join(folder, 'haproxy.cfg')],
    start: (folder) => ['-db', '-f', join(folder, 'haproxy.cfg')],
  },
};

export type FrontName = keyof typeof PROGRAMS;

/** Where the program is; null: not installed here. */
export function programOf(name: FrontName): string | null {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path)) ?? null;
}

/** What a test's title says of a program that is not here. */
export function unless(name: FrontName): string {
  return programOf(name) === null ? ` (skipped: ${name} is not installed here)` : '';
}

/**
 * A folder in which the program has found printed configurations right, all of them in one.
 *
 * @throws what the program says is wrong
 */
export async function checkFronts(name: FrontName, texts: readonly string[]): Promise<string> {
  const { arrange, check } = PROGRAMS[name];
  const folder = await mkdtemp(join(tmpdir(), 'codex-lmdeploy-front-'));
  await mkdir(join(folder, 'conf.d'));
  for (const [file, its] of Object.entries(arrange(texts.join('\n'), folder)))
    await writeFile(join(folder, file), its);
  await run(path(name), check(folder));
  return folder;
}

/**
 * The real program with a printed configuration, once it has found it right.
 *
 * @returns what ends it
 */
export async function startFront(name: FrontName, text: string, port: number): Promise<() => Promise<void>> {
  const folder = await checkFronts(name, [text]);
  const child = spawn(path(name), PROGRAMS[name].start(folder), { stdio: 'ignore' });
  const ended = new Promise((resolve) => child.on('close', resolve));
  const listens = () =>
    new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
      socket.on('connect', () => socket.destroy());
    });
  while (!(await listens())) {
    if (child.exitCode !== null) throw new Error(`${name} did not start`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return async () => {
    child.kill('SIGTERM');
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
}

function path(name: FrontName): string {
  const program = programOf(name);
  if (program === null) throw new Error(`${name} is not installed here`);
  return program;
}
