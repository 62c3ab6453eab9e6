import { mkdir, realpath, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'smol-toml';
import { ZodError } from 'zod';
import type { Context, Environment } from '../context.js';
import { printable } from '../ui/printable.js';
import type { InstalledCodex } from './installed.js';
import { type ProgramEnd, runProgram } from './program.js';
import { asKeptTurn, type KeptTurn, type Recording, recordingOf, settle } from './recording.js';
import { type RecordedFrom, readCached, writeCached } from './recording-cache.js';
import { startRecordingServer } from './recording-server.js';
import { scratchFolder } from './scratch-folder.js';
import { STOCK, type TurnShape } from './turn-shape.js';

const TIMEOUT_MS = 10_000;
const FIRST_MESSAGE = 'Say hello.';
const CATALOG = 'catalog.json';

/** A first turn, and where it comes from. */
export interface FirstTurn extends Recording {
  readonly source: 'installed' | 'cache' | 'fixture';
  /** Why the installed Codex was not recorded; null unless `source` is `fixture`. */
  readonly problem: string | null;
}

/**
 * What the installed Codex sends in its first turn with a model. Recorded once for a program, version, model and shape,
 * in about a second; without a Codex, or where it can't be recorded, the turn of 0.169.0 that comes with this program.
 *
 * @param model the name as Codex gets it
 * @throws the signal's reason when it is aborted meanwhile
 */
export async function firstTurn(
  context: Context,
  codex: InstalledCodex | null,
  model: string,
  shape: TurnShape = STOCK,
): Promise<FirstTurn> {
  const recorded = await recordedTurn(context, codex, model, shape);
  return typeof recorded === 'string' ? bundled(model, recorded) : recorded;
}

/**
 * The same, but nothing in place of what can't be recorded.
 *
 * @returns why not, where the installed Codex can't be recorded with these settings
 * @throws the signal's reason when it is aborted meanwhile
 */
export async function recordedTurn(
  context: Context,
  codex: InstalledCodex | null,
  model: string,
  shape: TurnShape = STOCK,
): Promise<FirstTurn | string> {
  if (codex === null) return 'No codex is on the PATH.';
  const { path, version } = codex;
  if (version === null) return codex.problem ?? 'It does not say its version.';
  const from = { path, version, model, shape };
  const kept = await readCached(context, from);
  const before = kept && recordingOf(kept);
  if (before) return { ...before, source: 'cache', problem: null };
  const { turn, problem } = await record(context, from);
  if (turn === null) return problem;
  const recording = recordingOf(turn);
  if (!recording) return 'Its first turn has no system prompt.';
  await writeCached(context, from, turn);
  return { ...recording, source: 'installed', problem: null };
}

/** The turn of 0.169.0 that comes with this program. */
async function bundled(model: string, problem: string): Promise<FirstTurn> {
  const { default: fixture } = await import('./first-turn-0.169.0.json', { with: { type: 'json' } });
  const turn = asKeptTurn(fixture);
  const recording = recordingOf({ ...turn, body: { ...turn.body, model } });
  if (recording === null) throw new Error('the bundled first turn has no system prompt');
  return { ...recording, source: 'fixture', problem };
}

type Attempt =
  | { readonly turn: KeptTurn; readonly problem: null }
  | { readonly turn: null; readonly problem: string };

/** One `codex exec` against a server of ours, in a folder that goes with it. */
async function record(context: Context, from: RecordedFrom): Promise<Attempt> {
  const { path: scratch, remove } = await scratchFolder(context, 'record');
  try {
    return await recordIn(scratch, context, from);
  } finally {
    await remove();
  }
}

async function recordIn(
  scratch: string,
  context: Context,
  { path: program, version, model, shape }: RecordedFrom,
): Promise<Attempt> {
  const [home, work] = [join(scratch, 'home'), join(scratch, 'work')];
  await mkdir(home);
  await mkdir(work);
  const server = await startRecordingServer();
  try {
    await writeFile(join(home, 'config.toml'), configFor(server.origin, model, shape));
    if (shape.catalog !== null) await writeFile(join(home, CATALOG), shape.catalog);
    // Not --ephemeral: in such a session 0.134.0 and 0.150.0 offer no goals, as they do in every other.
    const end = await runProgram(program, ['exec', '--skip-git-repo-check', FIRST_MESSAGE], {
      env: environment(context, scratch, home, server.origin),
      cwd: work,
      platform: context.platform,
      timeoutMs: TIMEOUT_MS,
      signal: context.signal,
    });
    const request = server.recorded();
    if (request === null) return { turn: null, problem: withoutRequest(end) };
    return { turn: settle(version, request, [await realpath(scratch), scratch]), problem: null };
  } catch (error) {
    if (error instanceof ZodError)
      return { turn: null, problem: 'Its first request is not of a known shape.' };
    throw error;
  } finally {
    server.close();
  }
}

/** In a file, not as `-c` values: a model's name comes from a server, and npm's shim on Windows runs in a shell. */
function configFor(origin: string, model: string, { settings, catalog }: TurnShape): string {
  const recorder = {
    name: 'Recorder',
    base_url: `${origin}/v1`,
    wire_api: 'responses',
    request_max_retries: 0,
    stream_max_retries: 0,
  };
  return stringify({
    ...settings,
    ...{ model, model_provider: 'recorder', project_doc_max_bytes: 0 },
    ...(catalog !== null && { model_catalog_json: CATALOG }),
    model_providers: { recorder },
  });
}

/**
 * What Codex needs to start, and nothing of the user: no keys, no home with skills in it, no proxy that could catch the
 * recording. What it wants elsewhere meanwhile (GitHub, ChatGPT: 0.169.0 without any login) goes to the recording
 * server as a proxy, which refuses it.
 */
function environment(context: Context, scratch: string, home: string, origin: string): Environment {
  const kept = ['PATH', 'PATHEXT', 'SystemRoot', 'ComSpec'].map((name) => [name, context.env[name]]);
  return {
    ...Object.fromEntries(kept.filter(([, value]) => value !== undefined)),
    ...{ HOME: scratch, USERPROFILE: scratch, CODEX_HOME: home },
    ...{ TMPDIR: scratch, TEMP: scratch, TMP: scratch },
    ...{ HTTPS_PROXY: origin, https_proxy: origin, GIT_CEILING_DIRECTORIES: scratch },
  };
}

function withoutRequest(end: ProgramEnd): string {
  switch (end.state) {
    case 'timed-out':
      return `codex exec sent nothing in ${TIMEOUT_MS / 1000} s.`;
    case 'not-started':
      return `codex exec did not start (${printable(end.reason)}).`;
    case 'exited': {
      const last = printable(end.stderr.trim().split('\n').at(-1) ?? '').slice(0, 200);
      return `codex exec exited with ${end.code} and sent nothing${last === '' ? '.' : `: ${last}`}`;
    }
  }
}
