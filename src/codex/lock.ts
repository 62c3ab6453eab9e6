import { randomBytes } from 'node:crypto';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { lstat, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { kill } from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { CliError } from '../errors.js';
import { printable } from '../ui/printable.js';
import { quoted, shellWord } from '../ui/shell-word.js';
import { readRegularText } from './regular-file.js';
import { makeFolder } from './replace.js';

const PAUSE_MS = 50;
/** A holder is at work for a second or two; asking Codex may take it ten more. */
const WAIT_LIMIT_MS = 60_000;
/** Older than any run can be: its holder hangs, or its process id went to somebody else. */
const FORGOTTEN_AFTER_MS = 120_000;
/** A lock without its words is being written this moment, or its writer died in between. */
const HALF_WRITTEN_MS = 5_000;

export interface LockOptions {
  readonly pid: number;
  readonly signal: AbortSignal;
  /** Called once when somebody else holds it, with who that is. */
  readonly onWait?: (holder: string) => void;
  readonly waitLimitMs?: number;
}

type Holder = { readonly pid: number; readonly host: string; readonly token: string };

/**
 * Takes a lock file (and makes its folder), waiting for another holder. One that its process has left behind is taken over.
 *
 * @returns what gives it back
 * @throws CliError `config-locked` when the holder does not let go; the error of a folder that can't be written; the
 *   signal's reason
 */
export async function takeLock(path: string, options: LockOptions): Promise<() => Promise<void>> {
  const mine: Holder = { pid: options.pid, host: hostname(), token: randomBytes(8).toString('hex') };
  const until = performance.now() + (options.waitLimitMs ?? WAIT_LIMIT_MS);
  let waited = false;
  while (!create(path, mine)) {
    options.signal.throwIfAborted();
    if (await clearStale(path, options)) continue;
    await requireFile(path);
    const holder = holderIn(await textOf(path));
    if (performance.now() > until) throw locked(path, holder);
    if (!waited) options.onWait?.(named(holder));
    waited = true;
    await pause(PAUSE_MS, undefined, { signal: options.signal });
  }
  return async () => {
    if (holderIn(await textOf(path))?.token === mine.token) await rm(path, { force: true });
  };
}

/** Synchronous: a process that is killed between the file and its words makes the next one wait for five seconds. */
function create(path: string, holder: Holder): boolean {
  const descriptor = openNew(path);
  if (descriptor === null) return false;
  try {
    writeSync(descriptor, JSON.stringify(holder));
  } catch (error) {
    // A full disk: an empty lock would hold up everybody else.
    rmSync(path, { force: true });
    throw error;
  } finally {
    closeSync(descriptor);
  }
  return true;
}

/** null: there is one already. Whoever gave back the last lock may take the empty folder away meanwhile. */
function openNew(path: string): number | null {
  for (;;) {
    try {
      // To be read by others too: a user has to see whose lock root has left there.
      return openSync(path, 'wx', 0o644);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EEXIST') return null;
      if (code !== 'ENOENT') throw error;
    }
    makeFolder(dirname(path));
  }
}

/**
 * Takes away a lock that its process has left behind.
 *
 * @returns whether there was one
 */
export async function clearStale(path: string, options: LockOptions): Promise<boolean> {
  const stale = await staleText(path);
  if (stale !== null) await breakLock(path, stale, options);
  return stale !== null;
}

/** A symlink, a pipe or a folder in its place is no lock of ours, and nobody would ever give it back. */
async function requireFile(path: string): Promise<void> {
  const info = await lstat(path).catch(() => null);
  if (info === null || info.isFile()) return;
  throw new CliError(
    'config-locked',
    `${path}, where this tool keeps its lock, is not a regular file.`,
    `ls -ld ${quoted(path)}   # what it is; take it away and run the command again`,
  );
}

/** What stands in the lock if nobody holds it any more, else null. */
async function staleText(path: string): Promise<string | null> {
  const [text, info] = [await textOf(path), await stat(path).catch(() => null)];
  if (text === null || info === null) return null;
  const ageMs = Date.now() - info.mtimeMs;
  const holder = holderIn(text);
  if (holder === null) return ageMs > HALF_WRITTEN_MS ? text : null;
  const isDead = holder.host === hostname() && !isAlive(holder.pid);
  return isDead || ageMs > FORGOTTEN_AFTER_MS ? text : null;
}

/** Under a lock of its own: of two that find it stale, the later must not take away the earlier one's new lock. */
async function breakLock(path: string, stale: string, options: LockOptions): Promise<void> {
  const release = await takeLock(`${path}.break`, options);
  try {
    if ((await textOf(path)) === stale) await rm(path, { force: true });
  } finally {
    await release();
  }
}

async function textOf(path: string): Promise<string | null> {
  return readRegularText(path).catch(() => null);
}

function holderIn(text: string | null): Holder | null {
  try {
    const { pid, host, token } = JSON.parse(text ?? '');
    return Number.isInteger(pid) && typeof host === 'string' && typeof token === 'string'
      ? { pid, host, token }
      : null;
  } catch {
    return null;
  }
}

function isAlive(pid: number): boolean {
  try {
    return kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // Somebody else's process.
  }
}

function named(holder: Holder | null): string {
  if (holder === null) return 'another codex-lmdeploy';
  const where = holder.host === hostname() ? '' : ` on ${printable(holder.host)}`;
  return `another codex-lmdeploy (process ${holder.pid}${where})`;
}

function locked(path: string, holder: Holder | null): CliError {
  return new CliError(
    'config-locked',
    `${path} is held by ${named(holder)} and was not given back.`,
    `Let it end and run the command again. If nothing of the kind runs: rm ${shellWord(path)}`,
  );
}
