import { stat } from 'node:fs/promises';
import type { Verdict } from '../codex/ask.js';
import type { CodexHome } from '../codex/home.js';
import type { Note } from '../codex/notes.js';
import { CliError } from '../errors.js';
import type { Terminal } from '../ui/terminal.js';

/** The installed Codex as the judge of a change, before and after it. */
export interface Judge {
  /** A note for each config that it refuses already. */
  before(): Promise<Note[]>;
  /**
   * A note for each config that it still refuses, or could not be asked about.
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
  ask: (config: CodexHome) => Promise<Verdict>,
  configs: readonly CodexHome[],
  terminal: Terminal,
): Judge {
  const asked = configs.map((config) => verdictOn(config, ask));
  // Where the command ends early, nobody waits for these any more.
  for (const verdict of asked) verdict.catch(() => undefined);
  return {
    async before() {
      const verdicts = await Promise.all(asked);
      return verdicts.flatMap((one) => (one.state === 'refused' ? [refusedBefore(one.words)] : []));
    },
    async after() {
      const before = await Promise.all(asked);
      const waiting = terminal.progress('Letting Codex load the new config');
      // One that could not be asked before is not waited for again.
      const again = configs.map((config, index) => {
        const first = before[index];
        return first?.state === 'unknown' ? first : verdictOn(config, ask);
      });
      const now = await Promise.all(again).finally(() => waiting.done());
      return now.flatMap((verdict, index) => {
        if (verdict.state === 'accepted') return [];
        if (verdict.state === 'unknown') return [unasked(verdict.why)];
        if (before[index]?.state === 'refused') return [refusedStill(verdict.words)];
        throw new CliError(
          'codex-refused',
          `Codex refuses what was written, so everything is as it was before: ${verdict.words}`,
          'The same command with --dry-run shows the change; with --no-verify it is written all the same.',
        );
      });
    },
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
    remedy: 'npm install -g @openai/codex, then: codex-lmdeploy doctor',
  };
}

function refusedBefore(words: string): Note {
  return {
    id: 'config.accepted',
    detail: `Codex refuses the config as it is, before any change: ${words}`,
    remedy: 'Correct the place that Codex names, then: codex-lmdeploy doctor',
  };
}

function refusedStill(words: string): Note {
  return {
    id: 'config.accepted',
    detail: `Codex refused this config already before, and still does: ${words}`,
    remedy: 'Correct the place that Codex names, then: codex-lmdeploy doctor',
  };
}
