import { mkdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { onTestFinished } from 'vitest';
import { run } from '../src/cli.js';
import type { Context } from '../src/context.js';

export const ROOT = resolve(import.meta.dirname, '..');
/** The PATH on which the real Codex is, and Node for its shim. */
export const PATH_WITH_CODEX = [
  join(ROOT, 'node_modules/.bin'),
  dirname(process.execPath),
  '/usr/bin',
  '/bin',
].join(delimiter);

/** A temporary folder in which no test's home lies, for a home in one is worth a warning. */
const TEMPORARY = join(tmpdir(), 'codex-lmdeploy-temporary');

/** A folder that goes when the test ends. */
export async function scratch(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'codex-lmdeploy-test-'));
  // A Codex that was ended may leave a child that still writes.
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 10 }));
  return folder;
}

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface World {
  /** Codex's home; a missing one is made by `init`. */
  readonly home: string;
  readonly env?: Record<string, string>;
  readonly signal?: AbortSignal;
  readonly tty?: boolean;
  /** How wide its terminal is; 100 unless said. */
  readonly columns?: number;
  readonly cwd?: string;
  readonly systemFolder?: string;
  readonly temporaryFolder?: string;
  /** Where `~/.codex` would be. */
  readonly userHome?: string;
}

/** Runs the program in this process: real files, real sockets, streams that are read back. */
export async function cli(args: readonly string[], world: World): Promise<Ran> {
  const { context: its, stdout, stderr } = context(world);
  const code = await run(args, its);
  return { code, stdout: stdout(), stderr: stderr() };
}

/** The context of one run in this process, and what was written to its streams. */
export function context(world: World): { context: Context; stdout: () => string; stderr: () => string } {
  const stdout = sink(world);
  const stderr = sink(world);
  mkdirSync(TEMPORARY, { recursive: true });
  const its: Context = {
    // Without a Codex on it, unless the test says so: most need none, and it costs a quarter of a second.
    env: { PATH: '/nowhere', HOME: world.home, CODEX_HOME: world.home, ...world.env },
    platform: process.platform,
    cwd: world.cwd ?? tmpdir(),
    userHome: world.userHome ?? world.home,
    temporaryFolder: world.temporaryFolder ?? TEMPORARY,
    systemFolder: world.systemFolder ?? '/nowhere',
    stdin: new PassThrough(),
    stdout: stdout.stream,
    stderr: stderr.stream,
    self: [process.execPath, join(ROOT, 'dist/bin.js')],
    pid: process.pid,
    signal: world.signal ?? new AbortController().signal,
    now: () => new Date(),
    // Who ends the test's own process by a signal ends the test; e2e/run.test.ts does it to one of its own.
    onSignal(hear) {
      const end = () => hear('SIGTERM');
      world.signal?.addEventListener('abort', end);
      return () => world.signal?.removeEventListener('abort', end);
    },
    // The test's process goes on; e2e/process.test.ts looks at one that ends.
    onExit: () => () => undefined,
    endBy: (signal) => 128 + constants.signals[signal],
  };
  return { context: its, stdout: stdout.text, stderr: stderr.text };
}

function sink({ tty: isTTY = false, columns = 100 }: World) {
  let text = '';
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString('utf8');
      done();
    },
  });
  return { stream: Object.assign(stream, { isTTY, columns }), text: () => text };
}
