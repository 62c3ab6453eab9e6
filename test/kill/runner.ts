import { type ChildProcess, spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** A process that runs commands of the built program, side by side in several homes. */
export interface Runner {
  /** Runs one command to its end. @returns its exit code, and what all commands wrote to stderr so far */
  ask(home: string, argv: readonly string[]): Promise<{ code: number; stderr: string }>;
  /** Begins one, or runs several over and over. Nobody waits for them. */
  begin(home: string, commands: readonly (readonly string[])[]): void;
  /** Which of the commands given to `begin` was begun last in a home; -1: none yet. */
  step(home: string): number;
  /** SIGKILL. @returns when the process is gone */
  kill(): Promise<void>;
}

type Word = { ready?: true; id?: number; code?: number; home?: string; step?: number };

/** Starts one and waits until it has loaded the program. */
export async function startRunner(): Promise<Runner> {
  const child: ChildProcess = spawn(process.execPath, [join(import.meta.dirname, 'runner.mjs')], {
    env: { PATH: dirname(process.execPath), HOME: '/nowhere', NO_COLOR: '1' },
    stdio: ['pipe', 'ignore', 'pipe', 'pipe'],
  });
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-4000);
  });
  const gone = new Promise<void>((resolve) => child.on('close', () => resolve()));
  const steps = new Map<string, number>();
  const waiting = new Map<number, (code: number) => void>();
  let failed: string | null = null;
  const ready = new Promise<void>((resolve, reject) => {
    child.on('close', () => reject(new Error(`the runner ended: ${stderr}`)));
    createInterface({ input: child.stdio[3] as Readable }).on('line', (line) => {
      const word = JSON.parse(line) as Word;
      if (word.ready) resolve();
      else if (word.id !== undefined) waiting.get(word.id)?.(word.code ?? -1);
      else if (word.code !== undefined) failed = `step ${word.step} exited with ${word.code}`;
      else if (word.home !== undefined && word.step !== undefined) steps.set(word.home, word.step);
    });
  });
  await ready;
  let id = 0;
  const send = (word: object) => child.stdin?.write(`${JSON.stringify(word)}\n`);
  return {
    ask(home, argv) {
      id += 1;
      const mine = id;
      send({ id, home, argv });
      return new Promise((resolve) => waiting.set(mine, (code) => resolve({ code, stderr })));
    },
    begin: (home, loop) => void send({ home, loop }),
    step: (home) => steps.get(home) ?? -1,
    async kill() {
      child.kill('SIGKILL');
      await gone;
      if (failed !== null) throw new Error(`${failed}: ${stderr}`);
    },
  };
}
