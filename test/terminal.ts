import { spawn, spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { expect, onTestFinished } from 'vitest';
import { ROOT } from './cli.js';

/** Whether a terminal can be made here, by `script` of util-linux. */
export const hasScript = spawnSync('script', ['--version']).status === 0;

/** What a terminal says where a program asks for the cursor's place, and for what it is. */
const REPLIES: readonly [string, string][] = [
  ['\u001b[6n', '\u001b[1;1R'],
  ['\u001b[c', '\u001b[?1;2c'],
];

/** The built program on a terminal of its own, which ends with the test. */
export function onTerminal(args: readonly string[], world: { home: string; env?: Record<string, string> }) {
  const program = [process.execPath, join(ROOT, 'dist/bin.js'), ...args].join(' ');
  // A terminal made without another one around it has no size.
  const command = `stty cols 100 rows 30; exec ${program}`;
  const child = spawn('script', ['-qec', command, '/dev/null'], {
    env: {
      PATH: `${dirname(process.execPath)}:/usr/bin:/bin`,
      HOME: world.home,
      CODEX_HOME: world.home,
      TERM: 'xterm',
      ...world.env,
    },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let raw = '';
  child.stdout.on('data', (chunk) => {
    raw += chunk;
    for (const [question, reply] of REPLIES) if (String(chunk).includes(question)) child.stdin.write(reply);
  });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const screen = () => stripVTControlCharacters(raw);
  return {
    raw: () => raw,
    screen,
    ended,
    press: (keys: string) => void child.stdin.write(keys),
    /** Waits for words on the screen, then presses keys. */
    async answer(words: string, keys: string) {
      await expect.poll(screen).toContain(words);
      child.stdin.write(keys);
    },
  };
}
