import { stat } from 'node:fs/promises';
import type { Verdict } from '../codex/ask.js';
import type { CodexHome } from '../codex/home.js';
import type { Note } from '../codex/notes.js';
import { whereToCorrect } from '../doctor/checks/config-accepted.js';
import { CliError } from '../errors.js';
import type { Terminal } from '../ui/terminal.js';

/** A Codex that loads a config takes some 100 MB (0.169.0), and with `--all-models` there may be dozens of configs. */
const AT_ONCE = 4;

/** The installed Codex as the judge of a change, before and after it. */
export interface Judge {
  /** A note for each config that it refuses already; what the change makes of it is not known yet. */
  before(): Promise<Note[]>;
  /**
   * A note for each config that it still refuses, or could not be asked about; in place of those from before.
   *
   * @throws CliError `codex-refused` for a config that it took before
   */
  after(): Promise<Note[]>;
}

/**
 * Lets the installed Codex load configs before and after a change. The first asking begins at once.
 *
 * @param configs the homes, each with the profile in question
 */
export function judge(
  askAtOnce: (config: CodexHome) => Promise<Verdict>,
  configs: readonly CodexHome[],
  terminal: Terminal,
): Judge {
  const ask = inLanes(askAtOnce);
  const asked = configs.map((config) => ({ config, before: verdictOn(config, ask) }));
  // Where the command ends early, nobody waits for these any more.
  for (const { before } of asked) before.catch(() => undefined);
  return {
    async before() {
      const notes = asked.map(async ({ config, before }) => {
        const verdict = await before;
        return verdict.state === 'refused' ? [refusedBefore(verdict.words, config)] : [];
      });
      return (await Promise.all(notes)).flat();
    },
    async after() {
      const waiting = terminal.progress('Letting Codex load the new config');
      const again = asked.map(async ({ config, before }) => {
        const first = await before;
        // One that could not be asked before is not waited for again.
        const now = first.state === 'unknown' ? first : await verdictOn(config, ask);
        return { config, now, wasRefused: first.state === 'refused' };
      });
      const verdicts = await Promise.all(again).finally(() => waiting.done());
      return verdicts.flatMap(({ config, now, wasRefused }) => {
        if (now.state === 'accepted' && wasRefused)
          terminal.note(`${terminal.err.green('✓')} ${config.configPath}: Codex loads it now.`);
        if (now.state === 'accepted') return [];
        if (now.state === 'unknown') return [unasked(now.why)];
        if (wasRefused) return [refusedStill(now.words, config)];
        throw new CliError(
          'codex-refused',
          `Codex refuses what was written, so everything is as it was before: ${now.words}`,
          'The same command with --dry-run shows the change; with --no-verify it is written all the same.',
        );
      });
    },
  };
}

/** The same question, put to no more than so many at a time. */
function inLanes(ask: (config: CodexHome) => Promise<Verdict>): typeof ask {
  const lanes = Array.from({ length: AT_ONCE }, (): Promise<unknown> => Promise.resolve());
  let questions = 0;
  return (config) => {
    const lane = questions++ % AT_ONCE;
    const verdict = Promise.resolve(lanes[lane]).then(() => ask(config));
    lanes[lane] = verdict.catch(() => undefined);
    return verdict;
  };
}

/** A config that is not there can't be wrong. */
async function verdictOn(config: CodexHome, ask: (config: CodexHome) => Promise<Verdict>): Promise<Verdict> {
  const files = [config.configPath, config.userConfigPath].map((path) => stat(path).catch(() => null));
  const isThere = (await Promise.all(files)).some((file) => file !== null);
  return isThere ? ask(config) : { state: 'accepted' };
}

function unasked(why: string): Note {
  return {
    id: 'config.accepted',
    detail: `The installed Codex could not be asked whether it loads the config: ${why}.`,
    remedy: 'npm install -g @openai/codex && codex-lmdeploy doctor',
  };
}

function refusedBefore(words: string, { configPath }: CodexHome): Note {
  return {
    id: 'config.accepted',
    detail: `Codex refuses the config as it is, before any change: ${words}`,
    remedy: `${whereToCorrect(words, configPath)}   # unless the change below mends it, which is said after the write`,
  };
}

function refusedStill(words: string, { configPath }: CodexHome): Note {
  return {
    id: 'config.accepted',
    detail: `Codex refused this config already before, and still does: ${words}`,
    remedy: `${whereToCorrect(words, configPath)}   # then: codex-lmdeploy doctor`,
  };
}
