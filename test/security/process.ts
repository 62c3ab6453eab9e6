import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { type Ran, ROOT } from '../cli.js';

/** The built program, which is ended where it hangs; null instead of its exit code then. */
export async function ended(
  args: readonly string[],
  env: Record<string, string>,
  { cwd = '/', entry = 'dist/bin.js' } = {},
): Promise<Ran & { readonly hung: boolean }> {
  const child = spawn(process.execPath, ['--max-old-space-size=400', join(ROOT, entry), ...args], {
    cwd,
    env: { PATH: dirname(process.execPath), NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 60_000,
    killSignal: 'SIGKILL',
  });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
    });
  return new Promise((resolve) =>
    child.on('close', (code, signal) => resolve({ code: code ?? -1, hung: signal === 'SIGKILL', ...output })),
  );
}

/** One sentence, and the next step. */
export const SENTENCE = /^error: [^\n]{1,900}\n {2}→ [^\n]{1,900}\n( {4}[^\n]*\n)*$/;
