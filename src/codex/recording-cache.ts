import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join, win32 } from 'node:path';
import { z } from 'zod';
import { type Context, ownUserId } from '../context.js';
import { asKeptTurn, type KeptTurn } from './recording.js';
import { readRegularFile } from './regular-file.js';
import { replaceFile } from './replace.js';
import type { TurnShape } from './turn-shape.js';

/** `key`: a hash, for the path of a program may hold a user's name. */
const cached = z.strictObject({ schema: z.literal(1), key: z.string(), turn: z.unknown() });

/** What a recording depends on. */
export interface RecordedFrom {
  readonly path: string;
  readonly version: string;
  readonly model: string;
  readonly shape: TurnShape;
}

/** The user's folder for what can be made anew: `$XDG_CACHE_HOME/codex-lmdeploy` and its like. */
export function cacheFolder({ env, platform, userHome }: Context): string {
  if (platform === 'win32') {
    const local = env['LOCALAPPDATA'] || win32.join(userHome, 'AppData', 'Local');
    return win32.join(local, 'codex-lmdeploy', 'Cache');
  }
  if (platform === 'darwin') return join(userHome, 'Library', 'Caches', 'codex-lmdeploy');
  const xdg = env['XDG_CACHE_HOME'];
  // The XDG standard has a relative path ignored.
  return join(xdg?.startsWith('/') ? xdg : join(userHome, '.cache'), 'codex-lmdeploy');
}

/** The turn recorded earlier from this Codex, or null: no file, no rights, another one's file, an older shape. */
export async function readCached(context: Context, from: RecordedFrom): Promise<KeptTurn | null> {
  try {
    const { bytes, uid, mode } = await readRegularFile(fileFor(context, from));
    // A stranger's would put a prompt of theirs into the user's catalog.
    const mayBeStranger =
      ![0, ownUserId() ?? uid].includes(uid) || (ownUserId() !== null && (mode & 0o022) !== 0);
    if (mayBeStranger) return null;
    const kept = cached.parse(JSON.parse(bytes.toString('utf8')));
    const turn = asKeptTurn(kept.turn);
    return kept.key === keyOf(from) && turn.codexVersion === from.version ? turn : null;
  } catch {
    return null;
  }
}

/** Keeps a turn, readable for its owner alone. Where nothing can be written, the next run records again. */
export async function writeCached(context: Context, from: RecordedFrom, turn: KeptTurn): Promise<void> {
  const content = JSON.stringify({ schema: 1, key: keyOf(from), turn } satisfies z.input<typeof cached>);
  try {
    await mkdir(cacheFolder(context), { recursive: true, mode: 0o700 });
    await replaceFile(fileFor(context, from), `${content}\n`, { mode: 0o600 });
  } catch {
    // A cache that can't be written costs a second, no more.
  }
}

function fileFor(context: Context, from: RecordedFrom): string {
  return join(cacheFolder(context), `first-turn-${keyOf(from).slice(0, 16)}.json`);
}

function keyOf({ path, version, model, shape }: RecordedFrom): string {
  return createHash('sha256')
    .update(JSON.stringify([path, version, model, shape.settings, shape.catalog]))
    .digest('hex');
}
