import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
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
  const names = context.platform === 'win32' ? ['codex.exe', 'codex.cmd', 'codex.bat'] : ['codex'];
  const path = context.env['PATH'] ?? context.env['Path'] ?? '';
  for (const folder of path.split(delimiter).filter(Boolean)) {
    for (const name of names) {
      const file = join(folder, name);
      if (await isProgram(file)) return askVersion(context, file);
    }
  }
  return null;
}

async function isProgram(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}

async function askVersion(context: Context, path: string): Promise<InstalledCodex> {
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

/** Whether version `a` comes before version `b`; both like `0.134.0`. */
export function isOlder(a: string, b: string): boolean {
  const [left, right] = [a, b].map((version) => version.split(/[.-]/).slice(0, 3).map(Number));
  for (const index of [0, 1, 2]) {
    const difference = (left?.[index] ?? 0) - (right?.[index] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
