import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ZodError } from 'zod';
import type { Context, Environment } from '../context.js';
import { quoteScalar } from '../toml/quote.js';
import { printable } from '../ui/printable.js';
import type { InstalledCodex } from './installed.js';
import { type ProgramEnd, runProgram } from './program.js';
import { asKeptTurn, type KeptTurn, type Recording, recordingOf, settle } from './recording.js';
import { readCached, writeCached } from './recording-cache.js';
import { startRecordingServer } from './recording-server.js';

const TIMEOUT_MS = 10_000;
const FIRST_MESSAGE = 'Say hello.';

/** A first turn, and where it comes from. */
export interface FirstTurn extends Recording {
  readonly source: 'installed' | 'cache' | 'fixture';
  /** Why the installed Codex was not recorded; null unless `source` is `fixture`. */
  readonly problem: string | null;
}

/**
 * What the installed Codex sends in its first turn with a model. Recorded once for a program, version and model, in
 * about a second; without a Codex, or where it can't be recorded, the turn of 0.169.0 that comes with this program.
 *
 * @param model the name as Codex gets it; a name that it knows (`gpt-…`) brings another prompt
 * @throws the signal's reason when it is aborted meanwhile
 */
export async function firstTurn(
  context: Context,
  codex: InstalledCodex | null,
  model: string,
): Promise<FirstTurn> {
  if (codex === null) return bundled(model, 'No codex is on the PATH.');
  const { path, version } = codex;
  if (version === null) return bundled(model, codex.problem);
  const from = { path, version, model };
  const kept = await readCached(context, from);
  const before = kept && recordingOf(kept);
  if (before) return { ...before, source: 'cache', problem: null };
  const { turn, problem } = await record(context, path, version, model);
  const recording = turn && recordingOf(turn);
  if (!turn || !recording) return bundled(model, problem ?? 'Its first turn has no system prompt.');
  await writeCached(context, from, turn);
  return { ...recording, source: 'installed', problem: null };
}

/** The turn of 0.169.0 that comes with this program. */
async function bundled(model: string, problem: string | null): Promise<FirstTurn> {
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
async function record(context: Context, program: string, version: string, model: string): Promise<Attempt> {
  const scratch = await mkdtemp(join(context.temporaryFolder, 'codex-lmdeploy-record-'));
  try {
    return await recordIn(scratch, context, program, version, model);
  } finally {
    // What Codex's own children write in their last moment must not leave the folder behind.
    await rm(scratch, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  }
}

async function recordIn(
  scratch: string,
  context: Context,
  program: string,
  version: string,
  model: string,
): Promise<Attempt> {
  const [home, work] = [join(scratch, 'home'), join(scratch, 'work')];
  await mkdir(home);
  await mkdir(work);
  const server = await startRecordingServer();
  try {
    await writeFile(join(home, 'config.toml'), configFor(server.origin, model));
    const end = await runProgram(program, ['exec', '--ephemeral', '--skip-git-repo-check', FIRST_MESSAGE], {
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
function configFor(origin: string, model: string): string {
  return `model = ${quoteScalar(model)}
model_provider = "recorder"
project_doc_max_bytes = 0

[model_providers.recorder]
name = "Recorder"
base_url = "${origin}/v1"
wire_api = "responses"
request_max_retries = 0
stream_max_retries = 0
`;
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
