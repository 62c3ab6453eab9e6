import { type ChildProcess, spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { type Ran, ROOT } from './cli.js';

export interface ProgramWorld {
  readonly home: string;
  readonly env?: Record<string, string>;
  /** Root is refused nothing, so as root the program runs as nobody. */
  readonly asNobody?: boolean;
}

/** A run of the built program, as a process of its own. */
export interface Program {
  readonly child: ChildProcess;
  readonly ended: Promise<Ran>;
  /** What it has written to stderr so far. */
  stderr(): string;
}

export function start(args: readonly string[], { home, env, asNobody = false }: ProgramWorld): Program {
  const entry = asNobody && process.getuid?.() === 0 ? 'test/e2e/as-nobody.mjs' : 'dist/bin.js';
  const child = spawn(process.execPath, [join(ROOT, entry), ...args], {
    env: { PATH: dirname(process.execPath), HOME: home, CODEX_HOME: home, ...env },
    cwd: '/',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
    });
  const ended = new Promise<Ran>((resolve) =>
    child.on('close', (code) => resolve({ code: code ?? -1, ...output })),
  );
  return { child, ended, stderr: () => output.stderr };
}

/** The same, to its end. */
export function program(args: readonly string[], world: ProgramWorld): Promise<Ran> {
  return start(args, world).ended;
}
