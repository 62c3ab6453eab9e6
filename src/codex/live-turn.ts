import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Context } from '../context.js';
import { masking } from '../ui/mask-secret.js';
import { printable } from '../ui/printable.js';
import type { InstalledCodex } from './installed.js';
import { type ProgramEnd, runProgram } from './program.js';
import type { ScratchConfig } from './scratch-config.js';
import { scratchFolder } from './scratch-folder.js';

const LIVE_LIMIT_S = 180;

/** What came of a real turn. */
export type LiveTurn =
  | { readonly state: 'ran'; readonly command: string; readonly answer: string }
  /** Codex ended, or was ended, without the word from the command or without an answer. */
  | { readonly state: 'failed'; readonly what: string };

/** The events of `codex exec --json` that matter (0.134.0 to 0.169.0); others pass unseen. */
const event = z.object({
  item: z
    .object({
      type: z.string(),
      command: z.string().optional(),
      aggregated_output: z.string().optional(),
      exit_code: z.number().nullish(),
      text: z.string().optional(),
      message: z.string().optional(),
    })
    .optional(),
  type: z.string(),
  error: z.object({ message: z.string() }).optional(),
  message: z.string().optional(),
});
type Event = z.infer<typeof event>;

/**
 * One `codex exec --ephemeral` with a prompt that calls for a harmless command. It runs in a folder and a home that go
 * with it. The word that the command says is random, so that only a command that ran can bring it back.
 *
 * @param keys what a server may repeat, to be masked in what Codex says
 * @throws the signal's reason when it is aborted meanwhile
 */
export async function takeLiveTurn(
  context: Context,
  codex: InstalledCodex,
  config: ScratchConfig,
  keys: readonly (string | undefined)[],
): Promise<LiveTurn> {
  const word = `lmdeploy-${randomBytes(6).toString('hex')}`;
  const { path: scratch, remove } = await scratchFolder(context, 'live');
  try {
    const [home, work] = [join(scratch, 'home'), join(scratch, 'work')];
    await mkdir(home);
    await mkdir(work);
    await writeFile(join(home, 'config.toml'), config.toml, { mode: 0o600 });
    const prompt = `Use exec_command to run: echo ${word}`;
    const args = ['exec', '--ephemeral', '--skip-git-repo-check', '--json', prompt];
    const end = await runProgram(codex.path, args, {
      env: { ...context.env, ...config.env, CODEX_HOME: home },
      cwd: work,
      platform: context.platform,
      timeoutMs: LIVE_LIMIT_S * 1000,
      signal: context.signal,
    });
    return judge(withoutKeys(end, [...Object.values(config.env), ...keys]), word);
  } finally {
    await remove();
  }
}

function withoutKeys(end: ProgramEnd, keys: readonly (string | undefined)[]): ProgramEnd {
  if (end.state !== 'exited') return end;
  const mask = masking(keys);
  return { ...end, stdout: mask(end.stdout), stderr: mask(end.stderr) };
}

function judge(end: ProgramEnd, word: string): LiveTurn {
  if (end.state === 'timed-out')
    return { state: 'failed', what: `codex exec was not done after ${LIVE_LIMIT_S} s` };
  if (end.state === 'not-started')
    return { state: 'failed', what: `codex exec did not start: ${printable(end.reason)}` };
  const events = end.stdout.split('\n').flatMap(read);
  const items = events.flatMap(({ type, item }) => (type === 'item.completed' && item ? [item] : []));
  const commands = items.filter(({ type }) => type === 'command_execution');
  const ran = commands.find(({ aggregated_output }) => aggregated_output?.includes(word));
  const answer = items.findLast(({ type }) => type === 'agent_message')?.text;
  if (ran !== undefined && answer !== undefined && end.code === 0)
    return { state: 'ran', command: printable(ran.command ?? ''), answer: printable(answer) };
  const why = complaint(events, end.stderr);
  if (ran !== undefined)
    return { state: 'failed', what: `the command ran, but no answer came after it${why}` };
  const [tried] = commands;
  if (tried !== undefined)
    return {
      state: 'failed',
      what: `the model called a command that did not say the word: ${printable(tried.command ?? '')} (exit ${tried.exit_code ?? 'unknown'}: ${printable(tried.aggregated_output ?? '').slice(0, 200)})`,
    };
  const said = answer === undefined ? 'gave no answer' : `only said "${printable(answer).slice(0, 120)}"`;
  return { state: 'failed', what: `the model ran no command and ${said}${why}` };
}

function read(line: string): Event[] {
  try {
    const parsed = event.safeParse(JSON.parse(line));
    return parsed.success ? [parsed.data] : [];
  } catch {
    return [];
  }
}

function complaint(events: readonly Event[], stderr: string): string {
  const failure = events.findLast(({ type }) => type === 'turn.failed' || type === 'error');
  const words = failure?.error?.message ?? failure?.message ?? /^Error: (.+)$/m.exec(stderr)?.[1];
  return words === undefined ? '' : `; Codex says: ${printable(words).slice(0, 300).replace(/\.$/, '')}`;
}
