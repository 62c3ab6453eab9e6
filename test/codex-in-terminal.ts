import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, onTestFinished } from 'vitest';
import type { codexOn } from './codex-on.js';

export const hasTmux = spawnSync('tmux', ['-V']).status === 0;

/** The real Codex in a terminal of tmux's, with a profile that `init` wrote. */
export async function codexInTerminal(
  { home, work, env }: Awaited<ReturnType<typeof codexOn>>,
  profile: string,
) {
  const trusted = `[projects.${JSON.stringify(work)}]\ntrust_level = "trusted"\n`;
  await writeFile(join(home, 'config.toml'), trusted);
  const tmux = (...args: string[]) =>
    spawnSync('tmux', ['-S', join(home, '../tmux'), '-f', '/dev/null', ...args], {
      cwd: work,
      env: { ...env, TERM: 'xterm' },
      encoding: 'utf8',
    }).stdout;
  onTestFinished(() => void tmux('kill-server'));
  // A profile also keeps Codex 0.169.0 from leaving a server of its own in the background.
  tmux('new-session', '-d', '-x', '110', '-y', '34', `codex --profile ${profile}`);
  const screen = () => tmux('capture-pane', '-p');
  const sees = (words: string) => expect.poll(screen).toContain(words);
  /** Types a line as a person would: what comes all at once, Codex takes for a paste. */
  const enter = async (line: string) => {
    tmux('send-keys', '-l', line);
    await sees(line);
    await pause(500);
    tmux('send-keys', 'Enter');
  };
  await sees('Ask Codex to do anything');
  // Codex 0.169.0 asks for a line at once, and refuses /model until its start is over: then it names folder and effort.
  await sees('default · ~');
  return {
    screen,
    sees,
    enter,
    /** Chooses the second entry of /model. @returns the models as they are listed */
    async chooseSecond(name: string): Promise<(string | undefined)[]> {
      await enter('/model');
      await sees('enter default');
      const listed = [...screen().matchAll(/^[› ] +\d\. (\S+)/gm)].map(([, model]) => model);
      tmux('send-keys', 'Down');
      await sees(`› 2. ${name}`);
      tmux('send-keys', 'Enter');
      await sees(`Model changed to ${name}`);
      return listed;
    },
  };
}
