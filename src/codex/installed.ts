import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Context } from '../context.js';
import { printable } from '../ui/printable.js';
import { runProgram } from './program.js';

const VERSION_TIMEOUT_MS = 10_000;

/** A Codex that is on the PATH. `version` is null where it did not say one; `problem` then tells why. */
export interface InstalledCodex {
  readonly path: string;
  readonly version: string | null;
  readonly problem: string | null;
}

/** The `codex` that a shell would start, or null. */
export async function findCodex(context: Context): Promise<InstalledCodex | null> {
  const path = codexOnPath(context);
  return path === null ? null : askVersion(context, path);
}

/** Where the `codex` is that a shell would start; null where there is none. */
export function codexOnPath(context: Context): string | null {
  return codexesOnPath(context).find(({ isProgram }) => isProgram)?.path ?? null;
}

/** A file that is called `codex`, on the PATH. */
export interface CodexFile {
  readonly path: string;
  /** Whether it may be executed. */
  readonly isProgram: boolean;
}

/**
 * Every `codex` on the PATH, in the shell's order; one that is reached by several ways counts once. At once and not by
 * promises: Codex is to be started before anything else that takes time.
 */
export function codexesOnPath(context: Context): CodexFile[] {
  const names = context.platform === 'win32' ? ['codex.exe', 'codex.cmd', 'codex.bat'] : ['codex'];
  const path = context.env['PATH'] ?? context.env['Path'] ?? '';
  const found = new Map<string, CodexFile>();
  for (const folder of path.split(delimiter).filter(Boolean)) {
    for (const name of names) {
      const file = join(folder, name);
      const real = realFile(file);
      if (real === null) continue;
      if (!found.has(real)) found.set(real, { path: file, isProgram: isProgram(file) });
      break;
    }
  }
  return [...found.values()];
}

function realFile(file: string): string | null {
  try {
    return statSync(file).isFile() ? realpathSync(file) : null;
  } catch {
    return null;
  }
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Lets a `codex` say its version. */
export async function askVersion(context: Context, path: string): Promise<InstalledCodex> {
  const { env, cwd, platform, signal } = context;
  const timeoutMs = VERSION_TIMEOUT_MS;
  const end = await runProgram(path, ['--version'], { env, cwd, platform, signal, timeoutMs });
  if (end.state === 'timed-out')
    return { path, version: null, problem: `codex --version gave no answer in ${timeoutMs / 1000} s` };
  if (end.state === 'not-started') return { path, version: null, problem: printable(end.reason) };
  const version = /codex-cli (\d+\.\d+\.\d+[\w.-]*)\s*$/.exec(end.stdout)?.[1] ?? null;
  const said = printable((end.stdout + end.stderr).trim()).slice(0, 120);
  return { path, version, problem: version === null ? `codex --version said "${said}"` : null };
}
