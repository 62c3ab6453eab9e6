import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Ran, ROOT } from '../cli.js';
import { folder } from './ground.js';
import { clean } from './row.js';

/** Tells at its end, on a pipe of its own, how much memory the process held at most, in MB. */
const REPORT = `
import { readFileSync, writeSync } from 'node:fs';
process.on('exit', () => {
  let kilobytes = process.resourceUsage().maxRSS;
  // Linux counts the parent's memory at the fork in as well, and keeps the process's own apart.
  try { kilobytes = Number(/VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]); } catch {}
  writeSync(3, String(Math.round(kilobytes / 1024)));
});`;

export interface Process extends Ran {
  readonly peakMb: number;
  readonly wrote: boolean;
}

/** `init --yes --json` of the built program, as a process. `dist` was built by `npm test`. */
export async function initProcess(address: string, env: Record<string, string> = {}): Promise<Process> {
  const home = await folder();
  const config = join(home, 'config.toml');
  await writeFile(config, '# mine\n');
  const child = spawn(
    process.execPath,
    [
      ...['--import', `data:text/javascript,${encodeURIComponent(REPORT)}`, join(ROOT, 'dist/bin.js')],
      ...['init', address, '--yes', '--json', '--no-verify', '--timeout', '30'],
    ],
    {
      cwd: tmpdir(),
      env: { PATH: '/nowhere', NO_COLOR: '1', HOME: home, CODEX_HOME: home, ...env },
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      timeout: 50_000,
    },
  );
  const [stdout = '', stderr = '', peak] = await Promise.all(
    [1, 2, 3].map(async (fd) => {
      let text = '';
      for await (const chunk of child.stdio[fd] as AsyncIterable<Buffer>) text += chunk.toString('utf8');
      return text;
    }),
  );
  if (child.exitCode === null) await new Promise((resolve) => child.once('close', resolve));
  const wrote = (await readFile(config, 'utf8')) !== '# mine\n';
  return { ...clean({ code: child.exitCode ?? -1, stdout, stderr }), peakMb: Number(peak), wrote };
}
