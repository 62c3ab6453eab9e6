import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { startStandIn } from '../../src/stand-in/server.js';
import { codexOn } from '../codex-on.js';

const hasTmux = spawnSync('tmux', ['-V']).status === 0;
const MODELS = ['Qwen/Qwen3.5-35B-A3B', 'sql', 'docs'];

/** The real Codex in a terminal of tmux's, with the profile that `init` wrote. */
async function codexInTerminal() {
  const server = await startStandIn({ models: MODELS });
  onTestFinished(() => server.close());
  const flags = ['--model', 'Qwen/Qwen3.5-35B-A3B'];
  const { home, work, env } = await codexOn(server.baseUrl, { profile: 'lmdeploy', flags });
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
  tmux('new-session', '-d', '-x', '110', '-y', '34', 'codex --profile lmdeploy');
  const screen = () => tmux('capture-pane', '-p');
  const sees = (words: string) => expect.poll(screen, { timeout: 20_000 }).toContain(words);
  return {
    screen,
    sees,
    press: (key: string) => tmux('send-keys', key),
    /** Types a line as a person would: what comes all at once, Codex takes for a paste. */
    async enter(line: string) {
      tmux('send-keys', '-l', line);
      await sees(line);
      await pause(500);
      tmux('send-keys', 'Enter');
    },
    /** The models that were asked, the newest last. */
    asked: () =>
      server.requests
        .filter(({ path }) => path === '/v1/responses')
        .map(({ body }) => (body as { model: string }).model),
  };
}

test.skipIf(!hasTmux)('Codex knows the model, /model lists what is served (needs tmux)', async () => {
  const { screen, sees, press, enter, asked } = await codexInTerminal();
  await sees('Ask Codex to do anything');
  await enter('Say hello');
  await sees('Hello from LMDeploy.');
  expect(screen()).not.toMatch(/metadata|not found/i);
  expect(asked().at(-1)).toBe(MODELS[0]);

  await enter('/model');
  await sees('enter default');
  const listed = [...screen().matchAll(/^[› ] +\d\. (\S+)/gm)].map(([, name]) => name);
  expect(listed).toEqual(MODELS);
  press('Down');
  await sees('› 2. sql');
  press('Enter');
  await sees('Model changed to sql');
  const before = asked().length;
  await enter('RUN: echo hi-$((6*7))');
  await sees('Done: hi-42');
  expect(screen()).not.toMatch(/metadata|not found/i);
  // Two of the session, and one for its title.
  const since = asked().slice(before);
  expect(since.length).toBeGreaterThanOrEqual(2);
  expect(new Set(since)).toEqual(new Set(['sql']));
});
